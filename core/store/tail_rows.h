#pragma once
#include <cstdint>
#include <functional>

#include "core/store/sql.h"
#include "core/store/stored_row.h"
#include "core/store/stream_dictionary.h"

/// The newest rows of a stream, one line of the table `tail` each, until they are sealed.
namespace layerscope {

/// Inserts rows of any stream.
class TailWriter {
  public:
    static Result<TailWriter> open(Database& database);

    /// `ordinal`: how many rows of the stream come before it.
    Result<void> insert(int stream, std::int64_t ordinal, const StoredRow& stored,
                        std::int64_t layout_word);
    /// Removes all of a stream.
    Result<void> clear(int stream);

  private:
    TailWriter(Statement insert, Statement clear)
        : insert_{std::move(insert)}, clear_{std::move(clear)} {}

    Statement insert_;
    Statement clear_;
};

/// Visits the rows of a stream with seqid > `after_seqid`, in order. A row whose auxiliaries no
/// dictionary knows is malformed.
Result<void> read_tail(Database& database, int stream, std::int64_t after_seqid,
                       StreamDictionary& dictionary, const Words& words,
                       const std::function<bool(StoredRow&&)>& visit);

}  // namespace layerscope
