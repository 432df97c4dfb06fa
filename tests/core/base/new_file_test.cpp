#include "core/base/new_file.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "tests/temporary_folder.h"

namespace layerscope {
namespace {

namespace fs = std::filesystem;

void put(const fs::path& path, const std::string& text) {
    std::ofstream{path} << text;
}

std::string text_of(const fs::path& path) {
    std::ifstream in{path};
    return {std::istreambuf_iterator<char>{in}, {}};
}

std::size_t files_in(const fs::path& folder) {
    return std::size_t(std::distance(fs::directory_iterator{folder}, {}));
}

TEST(NewFile, is_whole_or_not_there) {
    const TemporaryFolder folder;
    const fs::path path = folder.path() / "cell.toml";
    {
        const NewFile file{path};
        put(file.part(), "half");
        EXPECT_FALSE(fs::exists(path));
    }
    EXPECT_EQ(files_in(folder.path()), 0);
    {
        const NewFile file{path};
        put(file.part(), "whole");
        ASSERT_TRUE(file.appear());
    }
    EXPECT_EQ(text_of(path), "whole");
    EXPECT_EQ(files_in(folder.path()), 1);
}

TEST(NewFile, replaces_no_other_file_even_one_that_came_meanwhile) {
    const TemporaryFolder folder;
    const fs::path path = folder.path() / "cell.toml";
    const NewFile file{path};
    ASSERT_TRUE(file.check());
    put(file.part(), "ours");
    put(path, "somebody's");
    EXPECT_EQ(file.check().error().sentence,
              path.string() + ": exists already; choose another name");
    EXPECT_FALSE(file.appear());
    EXPECT_EQ(text_of(path), "somebody's");
}

TEST(NewFile, names_the_folder_that_is_missing) {
    const TemporaryFolder folder;
    const fs::path path = folder.path() / "no" / "cell.toml";
    EXPECT_EQ(write_new_file(path, "text").error().sentence,
              path.string() + ": there is no folder " + path.parent_path().string() +
                  "; make it, or name another");
}

TEST(NewFile, speaks_of_itself_and_not_of_its_part) {
    const NewFile file{"runs/a.lsrun"};
    const std::string part = file.part().filename().string();
    EXPECT_EQ(file.in_its_name({ErrorKind::io, part + ": the disk is full"}).sentence,
              "a.lsrun: the disk is full");
}

}  // namespace
}  // namespace layerscope
