#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/series/column_pack.h"
#include "core/store/run_file.h"
#include "core/store/stored_row.h"
#include "core/store/stream_dictionary.h"

namespace layerscope {

/// Up to 4096 rows of a stream as columns: what is sealed into a block, and what is read from one.
class RowBlock {
  public:
    /// `aux`: numbers of the auxiliary columns; more may be added while it grows.
    explicit RowBlock(std::span<const StreamAux> aux = {});

    /// malformed where the pack is damaged, or its columns differ in length. Columns that `parts`
    /// leaves out are not read.
    static Result<RowBlock> unpack(std::string_view pack, std::span<const StreamAux> aux,
                                   RowParts parts);

    std::size_t rows() const { return seqid.size(); }
    void add_aux_column(int id);
    void add(const StoredRow& stored, std::int64_t steptype_word, const AuxLayout& aux_layout);
    void clear();

    /// All columns, encoded.
    std::string pack() const;

    /// Row `i` into `out`, whose memory is used again; `steptype` and `aux_layout` are those of its
    /// words.
    void copy_row(std::size_t i, const std::string& steptype, const AuxLayout& aux_layout,
                  RecordedRow& out) const;
    std::string atime(std::size_t i) const;
    /// Of the auxiliary column at `column`.
    double aux_value(std::size_t column, std::size_t i) const { return aux_[column].values[i]; }

    std::vector<std::int64_t> seqid, stepid, cycleid, steptype, testtime_ms, arrival_us, layout,
        time_ms, gap;
    std::vector<double> voltage_V, current_A, capacity_Ah, energy_Wh, soc;

  private:
    struct Aux {
        int id = 0;
        std::vector<double> values;
    };
    Result<void> read(const PackReader& pack, std::span<const StreamAux> aux, RowParts parts);

    // Wall times: whole seconds while all are written as usual, else as text.
    std::vector<std::int64_t> atime_s_;
    std::vector<std::string> atime_text_;
    std::vector<Aux> aux_;
};

/// An arrival, or the least integer for none.
std::int64_t arrival_number(const std::optional<UtcTime>& arrival);
std::optional<UtcTime> arrival_of(std::int64_t number);

}  // namespace layerscope
