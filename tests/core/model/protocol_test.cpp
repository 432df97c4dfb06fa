#include "core/model/protocol.h"

#include <gtest/gtest.h>

#include "core/cell/toml_table.h"

namespace layerscope {
namespace {

const CellModel& set_h() {
    static const CellModel cell = find_cell_model("yan-2025-h", ".").value();
    return cell;
}

const std::string lithiate = "[[step]]\ndo = \"lithiate\"\nrate_C = 0.2\nuntil_charge_mAh = 5\n";
const std::string rest = "[[step]]\ndo = \"rest\"\nuntil_time_min = 60\n";

Protocol read(const std::string& toml, StartState start = StartState::by_rate) {
    const auto protocol = parse_protocol(toml, "p.toml", set_h(), start);
    EXPECT_TRUE(protocol) << protocol.error().sentence;
    return protocol.value_or(Protocol{});
}

std::string sentence(const std::string& toml) {
    const auto protocol = parse_protocol(toml, "p.toml", set_h(), StartState::by_rate);
    return protocol ? "no fault" : protocol.error().sentence;
}

TEST(LithiationProtocol, goes_to_the_cells_charge_at_that_rate_and_rests) {
    const Protocol protocol = lithiation_protocol(set_h(), 0.2, StartState::by_rate, 3600);
    ASSERT_EQ(protocol.steps.size(), 2U);
    EXPECT_EQ(protocol.steps[0].kind, StepKind::lithiate);
    EXPECT_DOUBLE_EQ(protocol.steps[0].current_A, 13.44e-3);
    EXPECT_DOUBLE_EQ(protocol.steps[0].until_charge_C.value(), 42.663 * 3.6);
    EXPECT_FALSE(protocol.steps[0].until_time_s);
    EXPECT_EQ(protocol.steps[1].kind, StepKind::rest);
    EXPECT_EQ(protocol.steps[1].leads, Leads::joined);
    EXPECT_EQ(protocol.steps[1].until_time_s, 3600);
    EXPECT_EQ(protocol.recording_interval_s, 10);
}

TEST(LithiationProtocol, has_no_rest_of_0_s) {
    EXPECT_EQ(lithiation_protocol(set_h(), 0.2, StartState::by_rate, 0).steps.size(), 1U);
}

TEST(LithiationProtocol, begins_as_the_rate_says_unless_told) {
    const auto start = [](double rate_C, StartState state) {
        return lithiation_protocol(set_h(), rate_C, state, 0).stoichiometry;
    };
    EXPECT_EQ(start(0.05, StartState::by_rate), set_h().fresh_stoichiometry());
    EXPECT_EQ(start(0.1, StartState::by_rate), set_h().residual_stoichiometry());
    EXPECT_EQ(start(0.1, StartState::fresh), set_h().fresh_stoichiometry());
    EXPECT_EQ(start(0.05, StartState::residual), set_h().residual_stoichiometry());
}

TEST(Protocol, reads_every_kind_of_step) {
    const Protocol protocol = read(R"(start = "fresh"
recording_interval_s = 30
[[step]]
do = "lithiate"
current_mA = 33.6
layer = 3
until_potential_mV = -20
until_charge_mAh = 40
[[step]]
do = "hold"
layer = 1
potential_mV = 0
until_current_mA = 1.68
until_time_min = 120
[[step]]
do = "rest"
leads = "open"
until_time_min = 60
[[step]]
do = "delithiate"
rate_C = 0.1
until_potential_mV = 1000
)");
    EXPECT_EQ(protocol.stoichiometry, set_h().fresh_stoichiometry());
    EXPECT_EQ(protocol.recording_interval_s, 30);
    ASSERT_EQ(protocol.steps.size(), 4U);
    const ProtocolStep& first = protocol.steps[0];
    EXPECT_EQ(first.kind, StepKind::lithiate);
    EXPECT_DOUBLE_EQ(first.current_A, 33.6e-3);
    EXPECT_EQ(first.layer, 3);
    EXPECT_DOUBLE_EQ(first.until_potential_V.value(), -20e-3);
    EXPECT_DOUBLE_EQ(first.until_charge_C.value(), 40 * 3.6);
    EXPECT_FALSE(first.until_time_s);
    const ProtocolStep& hold = protocol.steps[1];
    EXPECT_EQ(hold.kind, StepKind::hold);
    EXPECT_EQ(hold.layer, 1);
    EXPECT_EQ(hold.potential_V, 0);
    EXPECT_DOUBLE_EQ(hold.until_current_A.value(), 1.68e-3);
    EXPECT_DOUBLE_EQ(hold.until_time_s.value(), 7200);
    EXPECT_EQ(protocol.steps[2].kind, StepKind::rest);
    EXPECT_EQ(protocol.steps[2].leads, Leads::open);
    EXPECT_EQ(protocol.steps[3].kind, StepKind::delithiate);
    EXPECT_DOUBLE_EQ(protocol.steps[3].current_A, 6.72e-3) << "a magnitude";
    EXPECT_DOUBLE_EQ(protocol.steps[3].until_potential_V.value(), 1.0);
    EXPECT_EQ(protocol.steps[3].layer, 1);
}

TEST(Protocol, begins_by_the_rate_of_its_first_lithiation_unless_it_says_where) {
    const std::string slow = "[[step]]\ndo = \"lithiate\"\nrate_C = 0.05\nuntil_charge_mAh = 5\n";
    EXPECT_EQ(read(rest + lithiate).stoichiometry, set_h().residual_stoichiometry());
    EXPECT_EQ(read(rest + slow + lithiate).stoichiometry, set_h().fresh_stoichiometry());
    EXPECT_EQ(read(rest).stoichiometry, set_h().fresh_stoichiometry());
    EXPECT_EQ(read("start = \"residual\"\n" + slow).stoichiometry,
              set_h().residual_stoichiometry());
    EXPECT_EQ(read("stoichiometry = [0.1, 0, 0.3, 0.4]\n" + lithiate).stoichiometry,
              (std::vector<double>{0.1, 0, 0.3, 0.4}));
}

TEST(Protocol, is_overruled_by_the_start_that_the_caller_names) {
    const std::string toml = "stoichiometry = [0.1, 0.2, 0.3, 0.4]\n" + lithiate;
    EXPECT_EQ(read(toml, StartState::fresh).stoichiometry, set_h().fresh_stoichiometry());
    EXPECT_EQ(read(toml, StartState::residual).stoichiometry, set_h().residual_stoichiometry());
}

TEST(Protocol, says_what_is_wrong_with_its_start) {
    EXPECT_EQ(sentence("start = \"new\"\n" + lithiate),
              "p.toml:1: a test does not start 'new'; write fresh or residual, or leave it out to "
              "go by the rate");
    EXPECT_EQ(sentence("start = \"fresh\"\nstoichiometry = [0, 0, 0, 0]\n" + lithiate),
              "p.toml:1: 'start' and 'stoichiometry' both say where the layers begin; leave one "
              "out");
    EXPECT_EQ(sentence("stoichiometry = [0.1, 0.2]\n" + lithiate),
              "p.toml:1: 'stoichiometry' has 2 numbers for 4 layers; give one for each, from the "
              "separator on");
    EXPECT_EQ(sentence("stoichiometry = [0.1, 0.8, 0, 0]\n" + lithiate),
              "p.toml:1: the 'stoichiometry' of layer 2 is 0.8; it must lie from 0 to 0.737874");
    EXPECT_EQ(sentence("stoichiometry = [-0.1, 0, 0, 0]\n" + lithiate),
              "p.toml:1: the 'stoichiometry' of layer 1 is -0.1; it must lie from 0 to 0.923603");
    EXPECT_EQ(sentence("recording_interval_s = 0.01\n" + lithiate),
              "p.toml:1: 'recording_interval_s' is 0.01; it must lie from 0.1 to 86400");
}

TEST(Protocol, says_what_is_wrong_with_a_step) {
    const auto step = [](const std::string& keys) { return sentence("[[step]]\n" + keys); };
    EXPECT_EQ(step("do = \"charge\"\nuntil_time_min = 1\n"),
              "p.toml:2: a step cannot do 'charge'; write lithiate, delithiate, hold or rest");
    EXPECT_EQ(step("until_time_min = 1\n"), "p.toml:1: [[step]] 1 needs the key 'do'; add it");
    EXPECT_EQ(step("do = \"rest\"\n"),
              "p.toml:2: the step 'rest' has no end; add one, for example until_time_min = 60");
    EXPECT_EQ(step("do = \"rest\"\nuntil_charge_mAh = 1\n"),
              "p.toml:3: [[step]] 1 has an unknown key 'until_charge_mAh'; known are do, leads, "
              "until_time_min");
    EXPECT_EQ(step("do = \"lithiate\"\nuntil_time_min = 1\n"),
              "p.toml:2: a step that sets a current needs either 'rate_C' or 'current_mA'; write "
              "one of them");
    EXPECT_EQ(step("do = \"lithiate\"\nrate_C = 1\ncurrent_mA = 1\nuntil_time_min = 1\n"),
              "p.toml:2: a step that sets a current needs either 'rate_C' or 'current_mA'; write "
              "one of them");
    EXPECT_EQ(step("do = \"lithiate\"\nrate_C = -1\nuntil_time_min = 1\n"),
              "p.toml:3: 'rate_C' must be a number above 0, not -1");
    EXPECT_EQ(step("do = \"lithiate\"\nrate_C = 1\nlayer = 2\nuntil_time_min = 1\n"),
              "p.toml:4: 'layer' says whose potential ends the step; add 'until_potential_mV' or "
              "leave it out");
    EXPECT_EQ(step("do = \"hold\"\nlayer = 5\npotential_mV = 10\nuntil_time_min = 1\n"),
              "p.toml:3: 'layer' must be a whole number from 1 to 4");
    EXPECT_EQ(step("do = \"hold\"\nuntil_time_min = 1\n"),
              "p.toml:1: [[step]] 1 needs the key 'potential_mV'; add it");
    EXPECT_EQ(step("do = \"hold\"\npotential_mV = 10000\nuntil_time_min = 1\n"),
              "p.toml:3: 'potential_mV' is 10000; a layer stands between -1000 and 3000 mV "
              "against lithium");
    EXPECT_EQ(step("do = \"rest\"\nleads = \"shorted\"\nuntil_time_min = 1\n"),
              "p.toml:3: leads are not 'shorted' but joined or open");
    EXPECT_EQ(step("do = \"rest\"\nuntil_time_min = 525601\n"),
              "p.toml:3: 'until_time_min' is 525601, more than a year; shorten it");
    EXPECT_EQ(step("do = \"lithiate\"\ncurrent_mA = 0.001\nuntil_charge_mAh = 40\n"),
              "p.toml:4: 'until_charge_mAh' is 40, which 0.001 mA pass in more than a year; lower "
              "it, or raise the current");
}

TEST(Protocol, is_as_its_document_shows_it) {
    const std::string document = read_settings_text(LAYERSCOPE_SOURCE_DIR "/docs/model.md").value();
    const std::string fence = "```toml\n";
    const std::size_t begin = document.find(fence) + fence.size();
    EXPECT_EQ(sentence(document.substr(begin, document.find("```", begin) - begin)), "no fault");
}

TEST(Protocol, has_at_least_one_step_and_at_most_a_thousand) {
    EXPECT_EQ(sentence("recording_interval_s = 10\n"),
              "p.toml:1: a protocol has 1 to 1000 steps, here are 0; write one [[step]] for each");
    std::string many;
    for (int i = 0; i < 1000; ++i) many += rest;
    EXPECT_EQ(sentence(many), "no fault");
    EXPECT_EQ(sentence(many + rest),
              "p.toml:1: a protocol has 1 to 1000 steps, here are 1001; write one [[step]] for "
              "each");
}

}  // namespace
}  // namespace layerscope
