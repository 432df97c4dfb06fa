#pragma once
#include <filesystem>
#include <string_view>

#include "core/base/result.h"

namespace layerscope {

/// A file that nobody sees a part of: it grows beside its place, under another name, and takes its
/// own only when it is whole. It never replaces another file. Without appear() it is gone with the
/// object, and with it what SQLite may have put beside it.
class NewFile {
  public:
    explicit NewFile(std::filesystem::path path);
    ~NewFile();
    NewFile(const NewFile&) = delete;
    NewFile& operator=(const NewFile&) = delete;

    /// Where it is written meanwhile.
    const std::filesystem::path& part() const { return part_; }

    /// Fails with one sentence where its name is taken or its folder does not exist: worth asking
    /// before a long work.
    Result<void> check() const;

    /// Takes its name.
    Result<void> appear() const;

    /// A sentence about the part as one about the file.
    Error in_its_name(Error error) const;

  private:
    std::filesystem::path path_;
    std::filesystem::path part_;
};

/// All of a new file at once.
Result<void> write_new_file(const std::filesystem::path& path, std::string_view text);

}  // namespace layerscope
