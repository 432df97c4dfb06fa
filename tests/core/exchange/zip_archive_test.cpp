#include "core/exchange/zip_archive.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "tests/core/exchange/synthetic_ndax.h"
#include "tests/temporary_folder.h"

namespace layerscope {
namespace {

class ZipArchiveFile : public testing::Test {
  protected:
    std::string bytes_of_zip(const synthetic::Members& members) {
        synthetic::write_zip(folder_ / "sound.zip", members);
        std::ifstream in{folder_ / "sound.zip", std::ios::binary};
        return {std::istreambuf_iterator<char>{in}, std::istreambuf_iterator<char>{}};
    }
    std::string refusal(const std::string& bytes) {
        const auto archive = ZipArchive::open(folder_.write("file.zip", bytes));
        if (!archive) return archive.error().sentence;
        const auto content = archive->read("a.ndc");
        return content ? "it was read" : content.error().sentence;
    }

    TemporaryFolder folder_;
};

/// Writes `size` over the uncompressed size in a local header and in the directory.
void promise_size(std::string& zip, std::uint32_t size) {
    const auto put = [&](std::size_t at) {
        for (std::size_t i = 0; i < 4; ++i) zip[at + i] = static_cast<char>(size >> (8 * i));
    };
    put(zip.find("PK\x03\x04") + 22);
    put(zip.find("PK\x01\x02") + 24);
}

TEST_F(ZipArchiveFile, gives_back_what_was_put_in) {
    const std::string content(200'000, 'x');
    synthetic::write_zip(folder_ / "a.zip", {{"a.ndc", content}, {"b.xml", ""}});
    const auto archive = ZipArchive::open(folder_ / "a.zip");
    ASSERT_TRUE(archive) << archive.error().sentence;
    EXPECT_EQ(archive->members().size(), 2U);
    EXPECT_TRUE(archive->has("a.ndc"));
    EXPECT_FALSE(archive->has("c"));
    EXPECT_EQ(archive->read("a.ndc"), content);
    EXPECT_EQ(archive->read("b.xml"), "");
    EXPECT_EQ(archive->read("c").error().sentence,
              "c is not in the archive; export the file again");
}

TEST_F(ZipArchiveFile, is_told_from_other_files_and_from_none) {
    EXPECT_EQ(refusal("time,voltage\n0,3.7\n"),
              "this is not a ZIP archive; name a file that is one");
    EXPECT_EQ(refusal(""), "this is not a ZIP archive; name a file that is one");
    EXPECT_EQ(ZipArchive::open(folder_ / "none.zip").error().sentence,
              "there is no such file; check the path");
    EXPECT_EQ(ZipArchive::open(folder_ / ".").error().sentence, "this is not a file; name a file");
}

TEST_F(ZipArchiveFile, is_refused_when_it_is_cut) {
    const auto bytes = bytes_of_zip({{"a.ndc", "content"}});
    EXPECT_EQ(refusal(bytes.substr(0, bytes.size() - 1)),
              "this ZIP archive is cut short or damaged (Not a zip archive); copy it again from "
              "where it was written");
}

TEST_F(ZipArchiveFile, is_refused_before_it_unpacks_to_a_size_that_no_test_has) {
    auto bytes = bytes_of_zip({{"a.ndc", std::string(1000, 'x')}});
    promise_size(bytes, (512U << 20) + 1);
    EXPECT_EQ(refusal(bytes),
              "a.ndc would unpack to 536870913 bytes, beyond the 512 MiB a member and 2048 MiB in "
              "all that are read");
}

TEST_F(ZipArchiveFile, is_refused_when_a_member_is_not_as_long_as_promised) {
    for (const std::uint32_t size : {999U, 1001U, 400'000'000U}) {
        auto bytes = bytes_of_zip({{"a.ndc", std::string(1000, 'x')}});
        promise_size(bytes, size);
        const auto sentence = refusal(bytes);
        EXPECT_EQ(sentence.rfind("a.ndc cannot be unpacked (", 0), 0U) << sentence;
    }
}

TEST_F(ZipArchiveFile, is_refused_when_a_name_is_there_twice) {
    auto bytes = bytes_of_zip({{"a.ndc", "1"}, {"b.ndc", "2"}});
    for (std::size_t at = bytes.find("b.ndc"); at != std::string::npos; at = bytes.find("b.ndc")) {
        bytes[at] = 'a';
    }
    EXPECT_EQ(refusal(bytes),
              "a name is in this ZIP archive twice, and which one holds cannot be told; export the "
              "file again");
}

}  // namespace
}  // namespace layerscope
