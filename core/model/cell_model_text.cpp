#include <fmt/format.h>

#include <sstream>

#include "core/cell/toml_table.h"
#include "core/model/cell_model.h"
#include "core/model/parameter_keys.h"

namespace layerscope {
namespace {

class Writer {
  public:
    void comment(std::string_view text) {
        std::istringstream lines{std::string{text}};
        for (std::string line; std::getline(lines, line);) {
            text_ += line.empty() ? "#\n" : "# " + line + "\n";
        }
    }
    void table(std::string_view header) { text_ += fmt::format("\n{}\n", header); }
    void word(std::string_view key, const std::string& value) {
        text_ += fmt::format("{} = {}\n", key, value);
    }
    void number(std::string_view key, double si, double unit) { word(key, decimal_in(si, unit)); }

    template <class Keys, class Part>
    void numbers(const Keys& keys, const Part& part) {
        for (const auto& key : keys) number(key.name, part.*key.member, key.unit);
    }

    std::string take() { return std::move(text_); }

  private:
    std::string text_;
};

void write_design(Writer& out, const CellDesign& design) {
    out.word("name", quoted_toml(design.name));
    if (!design.title.empty()) out.word("title", quoted_toml(design.title));
    if (!design.source.empty()) out.word("source", quoted_toml(design.source));
    out.number("area_cm2", design.layer(1).area.si(), file_units::cm2);
    out.number("one_c_mA", design.one_c.si(), units::mA.si());
    out.number("separator_um", design.separator_thickness.si(), file_units::um);
    out.number("collector_um", design.collector_thickness.si(), file_units::um);
    out.number("interlayer_um", design.interlayer_thickness.si(), file_units::um);
    out.number("foil_um", design.foil_thickness.si(), file_units::um);
    for (const LayerDesign& layer : design.layers) {
        out.table("[[layer]]");
        out.number("thickness_um", layer.thickness.si(), file_units::um);
        out.number("theoretical_capacity_mAh", layer.theoretical_capacity.si(), file_units::mAh);
        out.number("capacity_uncertainty_mAh", layer.capacity_uncertainty.si(), file_units::mAh);
        out.word("reference", layer.reference ? "true" : "false");
    }
}

void write_model(Writer& out, const CellModel& model) {
    const MultilayerParameters& p = model.parameters;
    out.table("[model]");
    out.numbers(parameter_keys::cell, p);
    if (model.residual_from_rate_C) {
        out.number("residual_from_rate_C", *model.residual_from_rate_C, 1);
    }
    out.table("[model.cathode]");
    out.numbers(parameter_keys::cathode, p.cathode);
    out.numbers(parameter_keys::region, p.cathode);
    out.table("[model.separator]");
    out.numbers(parameter_keys::region, p.separator);
    out.table("[model.graphite]");
    out.numbers(parameter_keys::graphite, p.graphite);
    for (const LayerParameters& layer : p.layers) {
        out.table("[[model.layer]]");
        out.numbers(parameter_keys::layer, layer);
    }
    for (const InterlayerParameters& interlayer : p.interlayers) {
        out.table("[[model.interlayer]]");
        out.numbers(parameter_keys::region, interlayer.region);
        out.numbers(parameter_keys::interlayer, interlayer);
    }
    for (const LithiationCharge& charge : model.charges) {
        out.table("[[model.charge]]");
        out.number("rate_C", charge.rate_C, 1);
        out.number("charge_mAh", charge.charge_C, file_units::mAh);
    }
}

}  // namespace

std::string to_toml(const CellModel& model, std::string_view comment) {
    Writer out;
    out.comment(comment);
    write_design(out, model.design);
    write_model(out, model);
    return out.take();
}

}  // namespace layerscope
