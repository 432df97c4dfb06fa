#include "core/exchange/zip_archive.h"

#include <fmt/format.h>
#include <zip.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <string_view>
#include <utility>

namespace layerscope {
namespace {

// A month at 10 Hz is 26 million records of 8 bytes; what is far beyond is an attack or an
// accident.
constexpr std::uint64_t most_member_bytes = 512ULL << 20;
constexpr std::uint64_t most_bytes_in_all = 2048ULL << 20;
constexpr std::int64_t most_members = 10'000;

struct CloseMember {
    void operator()(zip_file_t* member) const { zip_fclose(member); }
};

Result<void> check_is_file(const std::filesystem::path& file) {
    std::error_code status;
    const auto kind = std::filesystem::status(file, status).type();
    if (kind == std::filesystem::file_type::not_found) {
        return fail(ErrorKind::not_found, "there is no such file; check the path");
    }
    if (kind != std::filesystem::file_type::regular) {
        return fail(ErrorKind::malformed, "this is not a file; name a file");
    }
    return {};
}

bool begins_like_a_zip(const std::filesystem::path& file) {
    std::array<char, 4> start{};
    std::ifstream in{file, std::ios::binary};
    in.read(start.data(), start.size());
    return in && std::string_view{start.data(), start.size()} == "PK\x03\x04";
}

std::string reason(int code) {
    zip_error_t error;
    zip_error_init_with_code(&error, code);
    std::string text = zip_error_strerror(&error);
    zip_error_fini(&error);
    return text;
}

tl::unexpected<Error> cannot_open(const std::filesystem::path& file, int code) {
    if (code == ZIP_ER_NOZIP && !begins_like_a_zip(file)) {
        return fail(ErrorKind::malformed, "this is not a ZIP archive; name a file that is one");
    }
    if (code == ZIP_ER_EXISTS) {
        return fail(
            ErrorKind::malformed,
            "a name is in this ZIP archive twice, and which one holds cannot be told; export "
            "the file again");
    }
    if (code == ZIP_ER_OPEN || code == ZIP_ER_READ || code == ZIP_ER_SEEK) {
        return fail(ErrorKind::io,
                    fmt::format("cannot be read ({}); check its permissions", reason(code)));
    }
    return fail(ErrorKind::malformed,
                fmt::format("this ZIP archive is cut short or damaged ({}); copy it again from "
                            "where it was written",
                            reason(code)));
}

}  // namespace

void ZipArchive::Close::operator()(zip* archive) const {
    zip_discard(archive);
}

ZipArchive::ZipArchive(Handle handle, std::map<std::string, Member> members)
    : handle_{std::move(handle)}, members_{std::move(members)} {}

Result<ZipArchive> ZipArchive::open(const std::filesystem::path& file) {
    if (auto there = check_is_file(file); !there) return fail(std::move(there.error()));
    int code = 0;
    Handle handle{zip_open(file.c_str(), ZIP_RDONLY | ZIP_CHECKCONS, &code)};
    if (!handle) return cannot_open(file, code);

    const auto count = zip_get_num_entries(handle.get(), 0);
    if (count > most_members) {
        return fail(
            ErrorKind::malformed,
            fmt::format("the archive has {} members, more than the {} that a test can have; "
                        "it is not read",
                        count, most_members));
    }
    std::map<std::string, Member> members;
    std::uint64_t bytes = 0;
    for (std::uint64_t index = 0; index < static_cast<std::uint64_t>(count); ++index) {
        zip_stat_t stat;
        if (zip_stat_index(handle.get(), index, ZIP_FL_ENC_RAW, &stat) != 0 ||
            (stat.valid & ZIP_STAT_NAME) == 0 || (stat.valid & ZIP_STAT_SIZE) == 0) {
            return fail(
                ErrorKind::malformed,
                fmt::format("member {} of the archive has no name or no size; copy the file "
                            "again from where it was written",
                            index + 1));
        }
        bytes += std::min(stat.size, most_bytes_in_all);
        if (stat.size > most_member_bytes || bytes > most_bytes_in_all) {
            return fail(ErrorKind::malformed,
                        fmt::format("{} would unpack to {} bytes, beyond the {} MiB a member and "
                                    "{} MiB in all that are read",
                                    stat.name, stat.size, most_member_bytes >> 20,
                                    most_bytes_in_all >> 20));
        }
        members.emplace(stat.name, Member{index, stat.size});
    }
    return ZipArchive{std::move(handle), std::move(members)};
}

Result<std::string> ZipArchive::read(const std::string& name) const {
    const auto found = members_.find(name);
    if (found == members_.end()) {
        return fail(ErrorKind::not_found,
                    fmt::format("{} is not in the archive; export the file again", name));
    }
    const auto damaged = [&](const std::string& why) {
        return fail(ErrorKind::malformed,
                    fmt::format("{} cannot be unpacked ({}); copy the file again from where it was "
                                "written",
                                name, why));
    };
    const std::unique_ptr<zip_file_t, CloseMember> member{
        zip_fopen_index(handle_.get(), found->second.index, 0)};
    if (!member) return damaged(zip_strerror(handle_.get()));

    // Reads until nothing comes any more: only then has libzip compared the checksum.
    std::string content;
    std::array<char, 65536> block{};
    for (;;) {
        const auto got = zip_fread(member.get(), block.data(), block.size());
        if (got < 0) return damaged(zip_file_strerror(member.get()));
        if (got == 0) break;
        content.append(block.data(), static_cast<std::size_t>(got));
        if (content.size() > found->second.bytes) break;
    }
    if (content.size() != found->second.bytes) {
        return damaged(
            fmt::format("not the {} bytes that the archive promises", found->second.bytes));
    }
    return content;
}

}  // namespace layerscope
