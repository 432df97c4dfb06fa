#include <gtest/gtest.h>

#include <fmt/format.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "core/base/number.h"
#include "tests/core/store/run_fixture.h"

// docs/run-file.md promises that a run can be read without this program. Here its words are tried.

namespace layerscope {
namespace {

std::string example_in(const std::string& language) {
    std::ifstream file{LAYERSCOPE_SOURCE_DIR "/docs/run-file.md"};
    std::stringstream text;
    text << file.rdbuf();
    const auto document = text.str();
    const auto fence = "\n```" + language + "\n";
    const auto from = document.find(fence, document.find("## Reading it without us"));
    if (from == std::string::npos) return {};
    const auto begin = from + fence.size();
    return document.substr(begin, document.find("\n```", begin) - begin + 1);
}

/// What a command writes; empty where it fails.
std::string output_of(const std::string& command) {
    std::string out;
    FILE* pipe = ::popen(command.c_str(), "r");
    if (pipe == nullptr) return out;
    char part[256];
    while (std::fgets(part, sizeof part, pipe) != nullptr) out += part;
    return ::pclose(pipe) == 0 ? out : std::string{};
}

/// Numbers as cyclers send them, exact decimals, and neither: every encoding has its block.
RowPage varied_rows() {
    auto varied = page(1, 1, 5 * 4096 + 100);
    for (auto& one : varied.rows) {
        const auto block = (one.seqid - 1) / 4096;
        const double wave = std::sin(double(one.seqid) * 0.01);
        if (block == 0) one.current_A = -std::round(wave * 1e4) / 1e4;
        if (block == 1) one.current_A = std::stod(fmt::format("{:.15g}", double(float(wave))));
        if (block == 2) one.current_A = wave;
        if (block == 3) one.current_A = double((one.seqid * 7919) % 4096) * 1e3;
    }
    return varied;
}

TEST(RunDocument, has_an_example_in_python_that_reads_a_column) {
    if (output_of("python3 -c 'import numpy; print(1)' 2>/dev/null").empty()) {
        GTEST_SKIP() << "python3 with numpy is not installed";
    }
    const TemporaryFolder folder;
    std::ofstream{folder / "example.py"} << example_in("python");
    const auto file = folder / "a.lsrun";
    auto writer = RunWriter::create(file, new_run());
    const auto varied = varied_rows();
    ASSERT_TRUE(writer->commit(std::vector<RunEntry>{varied, page(2, 1, 5000)}));
    // The example sums as numpy does, which is not the order of a loop: so it prints every value
    // here.
    std::ofstream{folder / "all.py"} << example_in("python")
                                     << "print(*[float(i).hex() for i in current_A])\n";
    const auto command =
        fmt::format("python3 '{}' '{}'", (folder / "all.py").string(), file.string());
    std::istringstream out{output_of(command)};
    std::size_t rows = 0;
    std::string sum;
    ASSERT_TRUE(out >> rows >> sum);
    ASSERT_EQ(rows, varied.rows.size());
    for (const auto& one : varied.rows) {
        std::string word;
        ASSERT_TRUE(out >> word);
        ASSERT_EQ(std::strtod(word.c_str(), nullptr), one.current_A) << "row " << one.seqid;
    }
}

TEST(RunDocument, has_an_example_in_sql_that_reads_the_newest_rows) {
    const TemporaryFolder folder;
    const auto file = folder / "a.lsrun";
    auto writer = RunWriter::create(file, new_run());
    ASSERT_TRUE(writer->commit(std::vector<RunEntry>{page(1, 1, 3)}));
    auto database = Database::open(file, Database::Mode::read);
    auto lines = database->prepare(example_in("sql"));
    ASSERT_TRUE(lines) << lines.error().sentence;
    for (const std::int64_t seqid : {1, 2, 3}) {
        ASSERT_TRUE(*lines->step());
        EXPECT_EQ(lines->integer(0), seqid);
        EXPECT_EQ(lines->real(1), double(seqid) * 10);
        EXPECT_EQ(lines->real(2), 0.00336);
        EXPECT_EQ(lines->real(3), row(seqid).aux[0].value);
    }
    EXPECT_FALSE(*lines->step());
}

}  // namespace
}  // namespace layerscope
