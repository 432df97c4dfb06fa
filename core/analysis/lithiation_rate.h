#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/analysis/run_analysis.h"

namespace layerscope {

/// At which C-rate the stack was lithiated: the mean of the total current while lithium went in,
/// over the current called 1C. What joined layers exchange at rest is none. Only points are needed,
/// each layer's in order.
class LithiationRate {
  public:
    explicit LithiationRate(const CellDesign& design);

    void add(const LayerPoint& point);

    /// In units of 1C; nullopt while nothing was lithiated.
    std::optional<double> rate() const;

    template <class Self, class Archive>
    static void fields(Self& own, Archive& archive) {
        archive(std::span{own.layers_});
    }

  private:
    struct Layer {
        double charge_C = 0;
        double time_s = 0;
        bool started = false;
        double lithiation_C = 0;
        double lithiation_s = 0;

        template <class Self, class Archive>
        static void fields(Self& own, Archive& archive) {
            archive(own.charge_C, own.time_s, own.started, own.lithiation_C, own.lithiation_s);
        }
    };
    double one_c_A_;
    std::vector<Layer> layers_;
};

/// As a person writes it, to two digits: "0.33C", "0.05C", "2C".
std::string rate_text(double rate);

/// Reads `0.2C`, or plain `0.2`; nullopt unless it is a number.
std::optional<double> parse_rate(std::string_view text);

}  // namespace layerscope
