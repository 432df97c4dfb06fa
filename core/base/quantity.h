#pragma once
#include <compare>

/// Physical quantities whose dimension is checked by the compiler.
///
/// A quantity holds its SI value. Exponents of ampere, volt, metre, second and kelvin make its
/// type, so that a charge cannot be passed for a current. Numbers enter by multiplying with a unit
/// and leave by `.in(unit)`.
namespace layerscope {

template <int A, int V, int M, int S, int K>
class Quantity {
  public:
    constexpr Quantity() = default;
    static constexpr Quantity from_si(double si) { return Quantity{si}; }

    constexpr double si() const { return si_; }
    /// The number of `unit`s in this quantity.
    constexpr double in(Quantity unit) const { return si_ / unit.si_; }

    constexpr auto operator<=>(const Quantity&) const = default;
    constexpr Quantity operator-() const { return Quantity{-si_}; }
    constexpr Quantity& operator+=(Quantity other) {
        si_ += other.si_;
        return *this;
    }
    constexpr Quantity& operator-=(Quantity other) {
        si_ -= other.si_;
        return *this;
    }
    friend constexpr Quantity operator+(Quantity a, Quantity b) { return Quantity{a.si_ + b.si_}; }
    friend constexpr Quantity operator-(Quantity a, Quantity b) { return Quantity{a.si_ - b.si_}; }
    friend constexpr Quantity operator*(double f, Quantity q) { return Quantity{f * q.si_}; }
    friend constexpr Quantity operator*(Quantity q, double f) { return Quantity{q.si_ * f}; }
    friend constexpr Quantity operator/(Quantity q, double f) { return Quantity{q.si_ / f}; }
    friend constexpr double operator/(Quantity a, Quantity b) { return a.si_ / b.si_; }

  private:
    explicit constexpr Quantity(double si) : si_{si} {}
    double si_ = 0.0;
};

template <int A, int V, int M, int S, int K, int A2, int V2, int M2, int S2, int K2>
constexpr auto operator*(Quantity<A, V, M, S, K> a, Quantity<A2, V2, M2, S2, K2> b) {
    return Quantity<A + A2, V + V2, M + M2, S + S2, K + K2>::from_si(a.si() * b.si());
}

template <int A, int V, int M, int S, int K, int A2, int V2, int M2, int S2, int K2>
constexpr auto operator/(Quantity<A, V, M, S, K> a, Quantity<A2, V2, M2, S2, K2> b) {
    return Quantity<A - A2, V - V2, M - M2, S - S2, K - K2>::from_si(a.si() / b.si());
}

using Current = Quantity<1, 0, 0, 0, 0>;
using Potential = Quantity<0, 1, 0, 0, 0>;
using Length = Quantity<0, 0, 1, 0, 0>;
using Area = Quantity<0, 0, 2, 0, 0>;
using Time = Quantity<0, 0, 0, 1, 0>;
using Temperature = Quantity<0, 0, 0, 0, 1>;
using Charge = Quantity<1, 0, 0, 1, 0>;
using CurrentDensity = Quantity<1, 0, -2, 0, 0>;
using Resistance = Quantity<-1, 1, 0, 0, 0>;
using Energy = Quantity<1, 1, 0, 1, 0>;

namespace units {
inline constexpr Current A = Current::from_si(1.0);
inline constexpr Current mA = Current::from_si(1e-3);
inline constexpr Potential V = Potential::from_si(1.0);
inline constexpr Potential mV = Potential::from_si(1e-3);
inline constexpr Length m = Length::from_si(1.0);
inline constexpr Length um = Length::from_si(1e-6);
inline constexpr Area m2 = Area::from_si(1.0);
inline constexpr Area cm2 = Area::from_si(1e-4);
inline constexpr Time s = Time::from_si(1.0);
inline constexpr Time min = Time::from_si(60.0);
inline constexpr Time h = Time::from_si(3600.0);
inline constexpr Temperature K = Temperature::from_si(1.0);
inline constexpr Charge C = Charge::from_si(1.0);
inline constexpr Charge Ah = Charge::from_si(3600.0);
inline constexpr Charge mAh = Charge::from_si(3.6);
inline constexpr Energy Wh = Energy::from_si(3600.0);
inline constexpr CurrentDensity A_per_m2 = CurrentDensity::from_si(1.0);
inline constexpr CurrentDensity mA_per_cm2 = CurrentDensity::from_si(10.0);
inline constexpr Resistance ohm = Resistance::from_si(1.0);
}  // namespace units

}  // namespace layerscope
