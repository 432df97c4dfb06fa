#include "core/model/protocol.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

#include "core/cell/toml_table.h"

namespace layerscope {
namespace {

constexpr std::size_t most_steps = 1000;
constexpr double shortest_interval_s = 0.1;  // ten rows a second: what cyclers record at best
constexpr double longest_interval_s = 86400;
// Far outside of what graphite shows against lithium, so that a slip of units is seen.
constexpr double lowest_potential_V = -1;
constexpr double highest_potential_V = 3;

constexpr double mV = units::mV.si();
constexpr double mA = units::mA.si();
constexpr double minute_s = units::min.si();
constexpr double mAh_C = units::mAh.si();

bool sets_current(StepKind kind) {
    return kind == StepKind::lithiate || kind == StepKind::delithiate;
}

// What means something in a step of each kind.
constexpr std::array<std::string_view, 7> driven_keys{"do",
                                                      "rate_C",
                                                      "current_mA",
                                                      "layer",
                                                      "until_time_min",
                                                      "until_charge_mAh",
                                                      "until_potential_mV"};
constexpr std::array<std::string_view, 6> hold_keys{
    "do", "layer", "potential_mV", "until_time_min", "until_charge_mAh", "until_current_mA"};
constexpr std::array<std::string_view, 3> rest_keys{"do", "leads", "until_time_min"};

struct KindWord {
    std::string_view word;
    StepKind kind;
    std::span<const std::string_view> keys;
};

constexpr std::array kinds{
    KindWord{"lithiate", StepKind::lithiate, driven_keys},
    KindWord{"delithiate", StepKind::delithiate, driven_keys},
    KindWord{"hold", StepKind::hold, hold_keys},
    KindWord{"rest", StepKind::rest, rest_keys},
};

/// Reads one `[[step]]`.
class StepReader {
  public:
    StepReader(TomlTable& entry, const CellDesign& design) : entry_{entry}, design_{design} {}

    ProtocolStep read() {
        const std::string word = entry_.text("do");
        const auto kind = std::find_if(kinds.begin(), kinds.end(),
                                       [&](const auto& known) { return known.word == word; });
        if (kind == kinds.end()) {
            entry_.fault("do", fmt::format("a step cannot do '{}'; write lithiate, delithiate, "
                                           "hold or rest",
                                           word));
            return step_;
        }
        entry_.allow_only(kind->keys);
        step_.kind = kind->kind;
        read_drive();
        read_layer();
        read_ends(word);
        return step_;
    }

  private:
    void read_drive() {
        if (sets_current(step_.kind)) read_current();
        if (step_.kind == StepKind::hold) step_.potential_V = read_potential("potential_mV");
        if (entry_.has("leads")) {
            const std::string leads = entry_.text("leads");
            step_.leads = leads == "open" ? Leads::open : Leads::joined;
            if (leads != "open" && leads != "joined") {
                entry_.fault("leads", fmt::format("leads are not '{}' but joined or open", leads));
            }
        }
    }

    void read_current() {
        if (entry_.has("rate_C") == entry_.has("current_mA")) {
            entry_.fault("do",
                         "a step that sets a current needs either 'rate_C' or "
                         "'current_mA'; write one of them");
        } else if (entry_.has("rate_C")) {
            step_.current_A = entry_.positive_number("rate_C") * design_.one_c.si();
        } else {
            step_.current_A = entry_.positive_number("current_mA") * mA;
        }
    }

    void read_layer() {
        if (!entry_.has("layer")) return;
        if (sets_current(step_.kind) && !entry_.has("until_potential_mV")) {
            entry_.fault("layer",
                         "'layer' says whose potential ends the step; add "
                         "'until_potential_mV' or leave it out");
        }
        step_.layer = int(entry_.integer("layer", 1, std::int64_t(design_.layer_count())));
    }

    double read_potential(std::string_view key) {
        const double potential_V = entry_.finite_number(key) * mV;
        if (potential_V < lowest_potential_V || potential_V > highest_potential_V) {
            entry_.fault(key, fmt::format("'{}' is {:.6g}; a layer stands between {:.0f} and "
                                          "{:.0f} mV against lithium",
                                          key, potential_V / mV, lowest_potential_V / mV,
                                          highest_potential_V / mV));
        }
        return potential_V;
    }

    std::optional<double> read_end(std::string_view key, double unit) {
        if (!entry_.has(key)) return std::nullopt;
        return entry_.positive_number(key) * unit;
    }

    void read_ends(std::string_view word) {
        step_.until_time_s = read_end("until_time_min", minute_s);
        step_.until_charge_C = read_end("until_charge_mAh", mAh_C);
        step_.until_current_A = read_end("until_current_mA", mA);
        if (entry_.has("until_potential_mV")) {
            step_.until_potential_V = read_potential("until_potential_mV");
        }
        if (!step_.until_time_s && !step_.until_charge_C && !step_.until_current_A &&
            !step_.until_potential_V) {
            entry_.fault("do", fmt::format("the step '{}' has no end; add one, for example "
                                           "until_time_min = 60",
                                           word));
        }
        check_length();
    }

    void check_length() {
        if (step_.until_time_s && *step_.until_time_s > longest_step_s) {
            entry_.fault("until_time_min",
                         fmt::format("'until_time_min' is {:.6g}, more than a year; shorten it",
                                     *step_.until_time_s / minute_s));
        }
        if (!sets_current(step_.kind) || !step_.until_charge_C || step_.until_time_s) return;
        const double time_s = *step_.until_charge_C / step_.current_A;
        if (time_s > longest_step_s) {
            entry_.fault("until_charge_mAh",
                         fmt::format("'until_charge_mAh' is {:.6g}, which {:.6g} mA pass in more "
                                     "than a year; lower it, or raise the current",
                                     *step_.until_charge_C / mAh_C, step_.current_A / mA));
        }
    }

    TomlTable& entry_;
    const CellDesign& design_;
    ProtocolStep step_;
};

std::vector<double> stoichiometry_of(const CellModel& cell, bool fresh) {
    return fresh ? cell.fresh_stoichiometry() : cell.residual_stoichiometry();
}

/// Reads a whole protocol.
class ProtocolReader {
  public:
    ProtocolReader(const toml::table& table, const std::string& file, const CellModel& cell)
        : file_{file}, root_{table, file, "the protocol"}, cell_{cell} {}

    Result<Protocol> read(StartState start) {
        root_.allow_only({"start", "stoichiometry", "recording_interval_s", "step"});
        read_interval();
        read_steps();
        read_start();
        if (root_.first_fault()) return fail(*root_.first_fault());
        if (start != StartState::by_rate) {
            protocol_.stoichiometry = stoichiometry_of(cell_, start == StartState::fresh);
        }
        return std::move(protocol_);
    }

  private:
    void read_interval() {
        if (!root_.has("recording_interval_s")) return;
        const double interval_s = root_.positive_number("recording_interval_s");
        if (interval_s < shortest_interval_s || interval_s > longest_interval_s) {
            root_.fault("recording_interval_s",
                        fmt::format("'recording_interval_s' is {:.6g}; it must lie from {} to {}",
                                    interval_s, shortest_interval_s, longest_interval_s));
        }
        protocol_.recording_interval_s = interval_s;
    }

    void read_steps() {
        const toml::array* steps = root_.array_of_tables("step");
        const std::size_t count = steps == nullptr ? 0 : steps->size();
        if (count < 1 || count > most_steps) {
            root_.fault("step", fmt::format("a protocol has 1 to {} steps, here are {}; write one "
                                            "[[step]] for each",
                                            most_steps, count));
        }
        for (std::size_t i = 0; i < count && !root_.first_fault(); ++i) {
            TomlTable entry{*steps->get(i)->as_table(), file_, fmt::format("[[step]] {}", i + 1)};
            protocol_.steps.push_back(StepReader{entry, cell_.design}.read());
            root_.take_fault(entry);
        }
    }

    void read_start() {
        if (root_.has("start") && root_.has("stoichiometry")) {
            root_.fault("start",
                        "'start' and 'stoichiometry' both say where the layers begin; "
                        "leave one out");
        } else if (root_.has("stoichiometry")) {
            read_stoichiometry();
        } else {
            protocol_.stoichiometry = stoichiometry_of(cell_, begins_fresh());
        }
    }

    bool begins_fresh() {
        if (root_.has("start")) {
            const std::string start = root_.text("start");
            if (start != "fresh" && start != "residual") {
                root_.fault("start", fmt::format("a test does not start '{}'; write fresh or "
                                                 "residual, or leave it out to go by the rate",
                                                 start));
            }
            return start == "fresh";
        }
        const auto first =
            std::find_if(protocol_.steps.begin(), protocol_.steps.end(),
                         [](const ProtocolStep& step) { return step.kind == StepKind::lithiate; });
        return first == protocol_.steps.end() ||
               cell_.begins_fresh(first->current_A / cell_.design.one_c.si());
    }

    void read_stoichiometry() {
        protocol_.stoichiometry = root_.numbers("stoichiometry");
        const auto& layers = cell_.parameters.layers;
        if (protocol_.stoichiometry.size() != layers.size()) {
            root_.fault("stoichiometry",
                        fmt::format("'stoichiometry' has {} numbers for {} layers; give one for "
                                    "each, from the separator on",
                                    protocol_.stoichiometry.size(), layers.size()));
            return;
        }
        for (std::size_t i = 0; i < layers.size(); ++i) {
            const double most = std::min(1.0, layers[i].accessible_capacity);
            const double given = protocol_.stoichiometry[i];
            if (given >= 0 && given <= most) continue;
            root_.fault("stoichiometry", fmt::format("the 'stoichiometry' of layer {} is {:.6g}; "
                                                     "it must lie from 0 to {:.6g}",
                                                     i + 1, given, most));
        }
    }

    const std::string& file_;
    TomlTable root_;
    const CellModel& cell_;
    Protocol protocol_;
};

}  // namespace

Protocol lithiation_protocol(const CellModel& cell, double rate_C, StartState start,
                             double rest_s) {
    const bool fresh =
        start == StartState::by_rate ? cell.begins_fresh(rate_C) : start == StartState::fresh;
    Protocol protocol;
    protocol.stoichiometry = stoichiometry_of(cell, fresh);
    ProtocolStep lithiate;
    lithiate.kind = StepKind::lithiate;
    lithiate.current_A = rate_C * cell.design.one_c.si();
    lithiate.until_charge_C = cell.charge_C(rate_C);
    protocol.steps.push_back(lithiate);
    if (rest_s > 0) {
        ProtocolStep rest;
        rest.until_time_s = rest_s;
        protocol.steps.push_back(rest);
    }
    return protocol;
}

Result<Protocol> parse_protocol(std::string_view toml, const std::string& file,
                                const CellModel& cell, StartState start) {
    const auto table = parse_toml(toml, file);
    if (!table) return fail(table.error());
    return ProtocolReader{*table, file, cell}.read(start);
}

}  // namespace layerscope
