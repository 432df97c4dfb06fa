#pragma once
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <vector>

#include "core/store/file_packs.h"
#include "core/store/row_block.h"
#include "core/store/run_file.h"

namespace layerscope {

/// Reads the rows of one stream, blocks first and then the tail, and finds out what is damaged. The
/// caller holds a read transaction, so that no row moves from the tail into a block meanwhile.
class RowReader {
  public:
    RowReader(std::shared_ptr<Database> database, int stream, std::int64_t first_seqid);

    /// Takes up what the file has learnt since; before each use of a run that is recorded.
    Result<void> refresh();

    Result<void> read(std::int64_t after_seqid, const RunReader::RowVisitor& visit,
                      std::int64_t most_rows, RowParts parts);

    Result<std::int64_t> row_count();
    Result<std::optional<RecordedRow>> last_row();
    Result<Series> series(const std::vector<SeriesColumn>& columns);

    /// What was found damaged since the last call.
    std::vector<DamagedRows> take_damage();

  private:
    struct Bounds {
        std::int64_t first_seqid = 0;
        std::int64_t last_seqid = 0;
    };
    struct Walk;  // how far one `read` has come

    Result<std::optional<Bounds>> bounds(std::int64_t number);
    std::int64_t block_after(std::int64_t seqid, std::int64_t blocks);
    Result<const RowBlock*> block(std::int64_t number, RowParts parts);
    Result<void> check_words(const RowBlock& rows);
    void read_block(std::int64_t number, Walk& walk);
    void visit_block(const RowBlock& rows, Walk& walk);
    Result<std::vector<StoredRow>> rows_of_end(std::int64_t from_block, std::int64_t blocks);
    void note_damage(std::int64_t from_seqid, std::int64_t to_seqid, const std::string& why);

    std::shared_ptr<Database> database_;
    int stream_;
    std::int64_t first_seqid_;
    Words words_;
    StreamDictionary dictionary_;
    FilePacks packs_;
    // The newest block that was read: reading on page by page need not decode it each time.
    std::int64_t block_number_ = -1;
    RowParts block_parts_ = RowParts::all;
    RowBlock block_;
    std::vector<DamagedRows> damage_;
};

}  // namespace layerscope
