#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/series/column_codec.h"

namespace layerscope {

/// Several encoded columns in one blob, each with its checksum: a block of rows, or a page of the
/// pyramid above them. Layout in docs/run-file.md.
class PackWriter {
  public:
    /// `rows`: how many rows of the stream the pack is about.
    explicit PackWriter(std::uint32_t rows) : rows_{rows} {}

    /// `values`: how many of them were encoded. A column comes once.
    void add(int column, std::uint32_t values, EncodedColumn encoded);
    std::string take();

  private:
    struct Part {
        int column = 0;
        std::uint32_t values = 0;
        EncodedColumn encoded;
    };
    std::uint32_t rows_;
    std::vector<Part> parts_;
};

/// Reads a pack that may be hostile. Borrows the bytes.
class PackReader {
  public:
    /// Reads the directory; a pack that is cut short is malformed.
    static Result<PackReader> open(std::string_view bytes);

    std::uint32_t rows() const { return rows_; }
    bool has(int column) const { return find(column) != nullptr; }
    /// All columns, in the order of the pack.
    std::vector<int> columns() const;

    /// The values of a column, its checksum compared first; absent where the pack has no such
    /// column.
    Result<std::optional<std::vector<double>>> reals(int column) const;
    Result<std::optional<std::vector<std::int64_t>>> integers(int column) const;
    Result<std::optional<std::vector<std::string>>> texts(int column) const;
    /// How the column is encoded: a wall time may be integers in one pack and text in the next.
    std::optional<Encoding> encoding(int column) const;

    /// Compares the checksum of every column; the first that differs is named.
    Result<void> verify() const;

  private:
    struct Part {
        int column = 0;
        std::uint32_t values = 0;
        std::uint32_t checksum = 0;
        std::string_view head;  // the bytes of the directory that the checksum covers
        ColumnBytes bytes;
    };
    const Part* find(int column) const;
    Result<void> verify(const Part& part) const;
    template <class Value, class Decode>
    Result<std::optional<std::vector<Value>>> decoded(int column, Decode decode) const;

    std::uint32_t rows_ = 0;
    std::vector<Part> parts_;
};

}  // namespace layerscope
