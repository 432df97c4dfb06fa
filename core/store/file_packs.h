#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/series/pyramid.h"
#include "core/store/sql.h"

namespace layerscope {

/// CRC-32 of a pack's place in the file and of its directory, which has the checksums of all its
/// parts: a pack is believed only where it belongs.
std::int64_t pack_checksum(std::int64_t id, std::string_view pack);

/// The blocks and pages of one stream of a run file.
class FilePacks final : public PackSource {
  public:
    FilePacks(std::shared_ptr<Database> database, int stream)
        : database_{std::move(database)}, stream_{stream} {}

    Result<std::string> read(int level, std::int64_t number) override;

    /// Blocks that there should be; the last of a final run may be short. Never more than the file
    /// has pages, whatever a damaged line says.
    Result<std::int64_t> blocks();

  private:
    Result<std::string> read_bytes(Statement& statement, std::int64_t id);

    std::shared_ptr<Database> database_;
    int stream_;
    std::optional<Statement> block_;
    std::optional<Statement> page_;
};

}  // namespace layerscope
