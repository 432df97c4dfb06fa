#pragma once
#include <bit>
#include <cstdint>
#include <type_traits>

namespace layerscope {

/// A 64-bit hash of a sequence of numbers, the same on every machine (the mixing function of
/// splitmix64, Steele, Lea and Flood, OOPSLA 2014). Not for secrets.
class Hash {
  public:
    template <class Integer, class = std::enable_if_t<std::is_integral_v<Integer>>>
    Hash& add(Integer number) {
        value_ = mix(value_ ^ std::uint64_t(number));
        return *this;
    }
    Hash& add(double number) { return add(std::bit_cast<std::uint64_t>(number)); }

    std::uint64_t value() const { return value_; }

  private:
    static std::uint64_t mix(std::uint64_t z) {
        z += 0x9e3779b97f4a7c15U;
        z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
        z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
        return z ^ (z >> 31U);
    }

    std::uint64_t value_ = 0;
};

}  // namespace layerscope
