#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/acquire/reading.h"
#include "core/base/result.h"
#include "hw/bts_request.h"

/// Replies of a cycler, from text to values. Every reply that does not mean what it should is an
/// error of one sentence, which names the request; nothing missing is replaced by a guess.
namespace layerscope {

/// The answer to a list of channels, in the order asked; nullopt where a channel is not there.
template <class T>
struct BtsAnswers {
    std::vector<std::optional<T>> channels;
    std::string note;  // an oddity that was understood all the same; empty: none
};

struct BtsStored {
    std::int64_t test_id = 0;
    std::int64_t count = 0;  // rows so far, the highest seqid
    bool complete = false;   // no more will come

    bool operator==(const BtsStored&) const = default;
};

struct BtsRows {
    std::int64_t test_id =
        0;  // the one the rows are of, which may be another than the one asked for
    std::vector<RecordedRow> rows;
};

/// The channels that a device lists.
Result<std::vector<BtsChannel>> parse_devices(std::string_view document);

/// What the channels `asked` measure. `layer`, `test_id` and `arrival` are left to the caller.
Result<BtsAnswers<Snapshot>> parse_live(std::string_view document,
                                        const std::vector<BtsChannel>& asked);

/// How much the channels `asked` hold.
Result<BtsAnswers<BtsStored>> parse_stored(std::string_view document,
                                           const std::vector<BtsChannel>& asked);

/// Rows of `asked`: in rising seqid from the first one asked for, and no more than asked for.
Result<BtsRows> parse_rows(std::string_view document, const BtsRowRange& asked);

}  // namespace layerscope
