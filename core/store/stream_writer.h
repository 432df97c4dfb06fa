#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/acquire/step_clock.h"
#include "core/series/pyramid.h"
#include "core/store/file_packs.h"
#include "core/store/row_block.h"
#include "core/store/tail_rows.h"

namespace layerscope {

/// What all streams of a run that is written share: its connection, its dictionary and the prepared
/// statements.
class RowTables {
  public:
    static Result<RowTables> open(const std::shared_ptr<Database>& database);

    const std::shared_ptr<Database>& database() const { return database_; }
    const Words& words() const { return words_; }
    TailWriter& tail() { return tail_; }
    /// The number of a word, made where it is new.
    Result<std::int64_t> word(const std::string& text);
    Result<void> insert_column(int stream, const StreamAux& column);
    /// `sealed_rows`: of the stream, this block's included.
    Result<void> insert_block(int stream, std::int64_t number, const RowBlock& block,
                              std::int64_t sealed_rows);
    Result<void> insert_page(std::int64_t id, const std::string& pack);

  private:
    RowTables(std::shared_ptr<Database> database, Words words, TailWriter tail,
              std::vector<Statement> statements)
        : database_{std::move(database)},
          words_{std::move(words)},
          tail_{std::move(tail)},
          statements_{std::move(statements)} {}

    std::shared_ptr<Database> database_;
    Words words_;
    TailWriter tail_;
    std::vector<Statement> statements_;
};

/// Writes the rows of one stream inside a transaction of the caller's: the newest as lines of the
/// tail, every 4096 of them sealed into a block, with the pages of the pyramid that are full. When
/// the transaction fails this must be loaded anew.
class StreamWriter {
  public:
    /// Takes up the stream where the file ends.
    static Result<StreamWriter> load(RowTables& tables, int stream, std::int64_t first_seqid);

    std::int64_t rows() const { return sealed_rows_ + std::int64_t(block_.rows()); }
    std::int64_t last_seqid() const { return last_seqid_; }

    /// Rows in rising seqid, all of one arrival; `soc` as many or none. mismatch for a row that is
    /// there already.
    Result<void> add(RowTables& tables, const std::vector<RecordedRow>& rows,
                     std::optional<UtcTime> arrival, const std::vector<double>& soc);

    /// Seals the rest, however few: no more rows will come.
    Result<void> finish(RowTables& tables);

  private:
    StreamWriter(int stream, std::int64_t first_seqid, StreamDictionary dictionary);
    Result<void> take_up(RowTables& tables);
    Result<void> take_up_sealed(RowTables& tables, FilePacks& packs, std::int64_t blocks);
    void go_on_after(const RecordedRow& row, std::int64_t time_ms);
    Result<const AuxLayout*> layout_of(RowTables& tables, const RecordedRow& row);
    Result<const AuxLayout*> new_layout(RowTables& tables, const RecordedRow& row);
    KeptRow place(const RecordedRow& row);
    void append(const KeptRow& stored, std::int64_t steptype, const AuxLayout& layout);
    Result<void> seal(RowTables& tables);

    int stream_;
    StreamDictionary dictionary_;
    RowBlock block_;            // rows that are not sealed
    std::int64_t in_tail_ = 0;  // of them, those that are lines of the tail
    std::int64_t sealed_rows_ = 0;
    StepClock clock_;
    std::int64_t last_seqid_;
    std::int64_t last_time_ms_ = 0;
    PyramidEdge edge_;
    const AuxLayout* layout_ = nullptr;  // of the row before
    std::int64_t steptype_word_ = 0;     // likewise
    std::string steptype_;
    std::vector<double> values_;  // of one row, as the pyramid takes them
    std::vector<KeptRow> fresh_;  // not sealed and not in the tail yet
};

}  // namespace layerscope
