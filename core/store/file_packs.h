#pragma once
#include <memory>
#include <string>

#include "core/series/pyramid.h"
#include "core/store/sql.h"

namespace layerscope {

/// The blocks and pages of one stream of a run file.
class FilePacks final : public PackSource {
  public:
    FilePacks(std::shared_ptr<Database> database, int stream)
        : database_{std::move(database)}, stream_{stream} {}

    Result<std::string> read(int level, std::int64_t number) override;

    /// Blocks that there are; the last of a final run may be short.
    Result<std::int64_t> blocks();

  private:
    Result<std::string> read_bytes(Statement& statement, std::int64_t id);

    std::shared_ptr<Database> database_;
    int stream_;
    std::optional<Statement> block_;
    std::optional<Statement> page_;
};

}  // namespace layerscope
