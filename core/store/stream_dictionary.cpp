#include "core/store/stream_dictionary.h"

#include <zlib.h>

#include <algorithm>
#include <initializer_list>
#include <utility>

#include "core/store/word_list.h"

namespace layerscope {
namespace {

std::int64_t checksum(std::initializer_list<std::int64_t> numbers, const std::string& text) {
    auto crc = crc32(0, nullptr, 0);
    for (const auto number : numbers) {
        crc = crc32(crc, reinterpret_cast<const Bytef*>(&number), sizeof number);
    }
    crc = crc32(crc, reinterpret_cast<const Bytef*>(text.data()), uInt(text.size()));
    return std::int64_t(crc);
}

}  // namespace

std::int64_t word_checksum(std::int64_t id, const std::string& text) {
    return checksum({id}, text);
}

std::int64_t column_checksum(int stream, const StreamAux& column) {
    return checksum({stream, column.id, column.nth}, column.name);
}

Result<Words> Words::load(Database& database) {
    auto lines = database.prepare("SELECT id, text, crc FROM word");
    if (!lines) return fail(lines.error());
    Words words;
    for (;;) {
        const auto there = lines->step();
        if (!there) return fail(there.error());
        if (!*there) return words;
        const auto id = lines->integer(0);
        const auto text = lines->text(1);
        if (lines->integer(2) == word_checksum(id, text)) words.add(id, text);
    }
}

const std::string* Words::text(std::int64_t id) const {
    const auto found = texts_.find(id);
    return found == texts_.end() ? nullptr : &found->second;
}

std::optional<std::int64_t> Words::id(const std::string& text) const {
    const auto found = ids_.find(text);
    return found == ids_.end() ? std::nullopt : std::optional{found->second};
}

void Words::add(std::int64_t id, const std::string& text) {
    texts_.emplace(id, text);
    ids_.emplace(text, id);
}

Result<StreamDictionary> StreamDictionary::load(Database& database, int stream) {
    auto lines =
        database.prepare("SELECT id, name, nth, crc FROM col WHERE stream = ?1 ORDER BY id");
    if (!lines) return fail(lines.error());
    lines->bind(stream);
    StreamDictionary dictionary;
    for (;;) {
        const auto there = lines->step();
        if (!there) return fail(there.error());
        if (!*there) return dictionary;
        StreamAux column{int(lines->integer(0)), lines->text(1), int(lines->integer(2))};
        if (lines->integer(3) == column_checksum(stream, column)) dictionary.add(std::move(column));
    }
}

std::optional<std::size_t> StreamDictionary::find(const std::string& name, int nth) const {
    const auto found = std::find_if(columns_.begin(), columns_.end(), [&](const auto& column) {
        return column.name == name && column.nth == nth;
    });
    if (found == columns_.end()) return std::nullopt;
    return std::size_t(found - columns_.begin());
}

const AuxLayout* StreamDictionary::layout(std::int64_t word, const Words& words) {
    const auto known = layouts_.find(word);
    if (known != layouts_.end()) return &known->second;
    const auto* text = words.text(word);
    auto names =
        text == nullptr ? Result<std::vector<std::string>>{fail(Error{})} : parse_word_list(*text);
    if (!names) return nullptr;
    AuxLayout layout{word, std::move(*names), {}};
    std::map<std::string, int> seen;
    for (const auto& name : layout.names) {
        const auto column = find(name, ++seen[name]);
        if (!column) return nullptr;
        layout.columns.push_back(*column);
    }
    return &layouts_.emplace(word, std::move(layout)).first->second;
}

}  // namespace layerscope
