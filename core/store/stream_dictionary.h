#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/base/result.h"
#include "core/store/sql.h"

namespace layerscope {

/// The words of a run file by number: step types, and the layouts of auxiliaries.
class Words {
  public:
    static Result<Words> load(Database& database);

    /// nullptr where the file had no such word when this was loaded.
    const std::string* text(std::int64_t id) const;
    std::optional<std::int64_t> id(const std::string& text) const;
    void add(std::int64_t id, const std::string& text);

  private:
    std::unordered_map<std::int64_t, std::string> texts_;
    std::unordered_map<std::string, std::int64_t> ids_;
};

/// An auxiliary as a column of its stream. A row may bring one name twice: `nth` tells them apart.
struct StreamAux {
    int id = 0;
    std::string name;
    int nth = 1;
};

/// CRC-32 of a line of `word` or `col`; one that does not agree is unknown, and rows that need it
/// are damaged.
std::int64_t word_checksum(std::int64_t id, const std::string& text);
std::int64_t column_checksum(int stream, const StreamAux& column);

/// The auxiliaries of a row, in its order: the name of each and where it stands among the stream's
/// columns.
struct AuxLayout {
    std::int64_t word = 0;
    std::vector<std::string> names;
    std::vector<std::size_t> columns;
};

/// Which auxiliaries a stream has, and in which layouts its rows bring them.
class StreamDictionary {
  public:
    static Result<StreamDictionary> load(Database& database, int stream);

    const std::vector<StreamAux>& columns() const { return columns_; }
    std::optional<std::size_t> find(const std::string& name, int nth = 1) const;
    void add(StreamAux column) { columns_.push_back(std::move(column)); }

    /// The layout that a word stands for; nullptr where the word or one of its columns is unknown.
    const AuxLayout* layout(std::int64_t word, const Words& words);

  private:
    std::vector<StreamAux> columns_;
    std::map<std::int64_t, AuxLayout> layouts_;
};

}  // namespace layerscope
