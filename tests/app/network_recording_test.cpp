// The program on a machine whose only mount is a network's: a list of mounts of our own lies over
// the kernel's, in a mount namespace of the program's.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <string>

#include "tests/core/library/library_fixture.h"
#include "tests/temporary_folder.h"

namespace layerscope {
namespace {

namespace fs = std::filesystem;

constexpr const char* all_on_a_network = "27 1 254:0 / / rw - nfs4 server:/ rw\n";

class OnANetwork : public testing::Test {
  protected:
    void SetUp() override {
        folder.write("mounts", all_on_a_network);
        if (output_of("cat /proc/self/mountinfo") != all_on_a_network) {
            GTEST_SKIP() << "this machine lets us make no mount namespace";
        }
    }

    /// stdout and stderr of a command that sees our mounts.
    std::string output_of(const std::string& command) const {
        const std::string line = "unshare -rm sh -c 'mount --bind " + folder.file("mounts") +
                                 " /proc/$$/mountinfo && exec " + command + "' 2>&1";
        std::FILE* const pipe = ::popen(line.c_str(), "r");
        std::string output;
        if (pipe == nullptr) return output;
        std::array<char, 4096> bytes{};
        for (std::size_t count = 0;
             (count = std::fread(bytes.data(), 1, bytes.size(), pipe)) > 0;) {
            output.append(bytes.data(), count);
        }
        ::pclose(pipe);
        return output;
    }
    std::string layerscope(const std::string& words) const {
        return output_of(LAYERSCOPE_PROGRAM " " + words);
    }

    const TemporaryFolder folder;
};

TEST_F(OnANetwork, nothing_is_recorded_or_begun) {
    EXPECT_EQ(layerscope("record --station there-is-none.toml --out " + folder.file("runs")),
              "layerscope record: " + folder.file("runs") +
                  ": lies on a network (nfs4), where a recording is not safe; record into a folder "
                  "of this computer and copy the run there when it has ended\n");
    EXPECT_FALSE(fs::exists(folder / "runs"));
}

TEST_F(OnANetwork, a_finished_run_is_read_as_anywhere) {
    make_run(folder / "a.lsrun");
    EXPECT_THAT(layerscope("runs --json " + folder.path().string()),
                testing::HasSubstr("\"rows\": 12,"));
}

}  // namespace
}  // namespace layerscope
