#pragma once
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "core/base/result.h"

struct zip;

namespace layerscope {

/// A ZIP file that was checked for consistency when it was opened; its members are read whole.
/// Error sentences speak of the archive or of a member: the caller puts the file's name before
/// them.
class ZipArchive {
  public:
    /// Fails on a missing, foreign, cut or inconsistent file, on a name that occurs twice, and on
    /// sizes that no measurement has (more than 512 MiB in a member, 2 GiB in all).
    static Result<ZipArchive> open(const std::filesystem::path& file);

    struct Member {
        std::uint64_t index = 0;
        std::uint64_t bytes = 0;  // uncompressed, as the directory says
    };
    /// What is in it, by name.
    const std::map<std::string, Member>& members() const { return members_; }
    bool has(const std::string& name) const { return members_.count(name) != 0; }

    /// A member's bytes, checked against its size and CRC-32. Memory grows with what is really
    /// there, not with what the directory promises.
    Result<std::string> read(const std::string& name) const;

  private:
    struct Close {
        void operator()(zip* archive) const;
    };
    using Handle = std::unique_ptr<zip, Close>;
    ZipArchive(Handle handle, std::map<std::string, Member> members);

    Handle handle_;
    std::map<std::string, Member> members_;
};

}  // namespace layerscope
