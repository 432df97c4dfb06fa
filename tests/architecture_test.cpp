// Reads every #include of the project and fails on one against the arrows. Link targets cannot see
// these: /usr/include is open to all.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

struct Include {
    std::string file;    // "core/base/clock.h"
    std::string target;  // "fmt/format.h"
};

enum class Party { app, core, hw, ui, qt, asio, other };

Party party(const std::string& target) {
    static const std::vector<std::pair<std::regex, Party>> rules = {
        {std::regex{"^app/.*"}, Party::app},
        {std::regex{"^core/.*"}, Party::core},
        {std::regex{"^hw/.*"}, Party::hw},
        {std::regex{"^ui/.*"}, Party::ui},
        {std::regex{"^(Q[A-Z].*|Qt[A-Z].*|qcustomplot\\.h)"}, Party::qt},
        {std::regex{"^boost/asio.*"}, Party::asio},
    };
    for (const auto& [pattern, name] : rules) {
        if (std::regex_match(target, pattern)) return name;
    }
    return Party::other;
}

/// Which parties the files of each room may include; everybody may include `other`.
const std::map<std::string, std::vector<Party>> allowed = {
    {"core", {Party::core}},
    {"hw", {Party::hw, Party::core, Party::asio}},
    {"ui", {Party::ui, Party::core, Party::qt}},
    {"app", {Party::app, Party::ui, Party::hw, Party::core, Party::qt}},
};

bool against_the_arrows(const Include& include) {
    const auto room = allowed.find(include.file.substr(0, include.file.find('/')));
    const Party wanted = party(include.target);
    if (room == allowed.end() || wanted == Party::other) return false;
    const auto& parties = room->second;
    return std::find(parties.begin(), parties.end(), wanted) == parties.end();
}

std::vector<Include> includes_of(const fs::path& root) {
    static const std::regex line_pattern{R"(^\s*#\s*include\s*[<"]([^>"]+)[>"].*)"};
    std::vector<Include> found;
    for (const auto& [room, parties] : allowed) {
        for (const auto& entry : fs::recursive_directory_iterator{root / room}) {
            const auto extension = entry.path().extension();
            if (extension != ".h" && extension != ".cpp" && extension != ".in") continue;
            std::ifstream in{entry.path()};
            for (std::string line; std::getline(in, line);) {
                std::smatch match;
                if (std::regex_match(line, match, line_pattern)) {
                    found.push_back({fs::relative(entry.path(), root).string(), match[1]});
                }
            }
        }
    }
    return found;
}

TEST(Architecture, no_include_goes_against_the_arrows) {
    const auto includes = includes_of(LAYERSCOPE_SOURCE_DIR);
    ASSERT_GT(includes.size(), 100U) << "the sources were not found";
    for (const auto& include : includes) {
        EXPECT_FALSE(against_the_arrows(include))
            << include.file << " must not include " << include.target;
    }
}

/// Types defined at namespace scope in headers, with the file of each definition.
std::multimap<std::string, std::string> types_of(const fs::path& root) {
    static const std::regex definition{R"(^(struct|class|enum class) ([A-Za-z_]+)[^;]*\{?$)"};
    std::multimap<std::string, std::string> found;
    for (const auto& [room, parties] : allowed) {
        for (const auto& entry : fs::recursive_directory_iterator{root / room}) {
            if (entry.path().extension() != ".h") continue;
            std::ifstream in{entry.path()};
            for (std::string line; std::getline(in, line);) {
                std::smatch match;
                if (std::regex_match(line, match, definition)) {
                    found.emplace(match[2], fs::relative(entry.path(), root).string());
                }
            }
        }
    }
    return found;
}

// All rooms share one namespace: a second type of one name would link and then misbehave.
TEST(Architecture, no_type_is_defined_in_two_headers) {
    const auto types = types_of(LAYERSCOPE_SOURCE_DIR);
    ASSERT_GT(types.size(), 50U) << "the headers were not found";
    for (auto at = types.begin(); at != types.end(); at = types.upper_bound(at->first)) {
        EXPECT_EQ(types.count(at->first), 1U)
            << at->first << " in " << at->second << " and " << std::next(at)->second;
    }
}

TEST(Architecture, the_rule_sees_what_is_forbidden) {
    EXPECT_TRUE(against_the_arrows({"core/base/clock.h", "QString"}));
    EXPECT_TRUE(against_the_arrows({"core/base/clock.h", "boost/asio.hpp"}));
    EXPECT_TRUE(against_the_arrows({"ui/theme.cpp", "hw/stream.h"}));
    EXPECT_TRUE(against_the_arrows({"hw/stream.cpp", "ui/theme.h"}));
    EXPECT_TRUE(against_the_arrows({"hw/stream.cpp", "QTimer"}));
    EXPECT_TRUE(against_the_arrows({"ui/theme.cpp", "app/commands/program.h"}));
    EXPECT_FALSE(against_the_arrows({"ui/theme.cpp", "qcustomplot.h"}));
    EXPECT_FALSE(against_the_arrows({"hw/stream.cpp", "boost/asio/ip/tcp.hpp"}));
    EXPECT_FALSE(against_the_arrows({"core/store/sql.cpp", "sqlite3.h"}));
}

}  // namespace
