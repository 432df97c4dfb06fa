#include "core/store/file_packs.h"

#include <zlib.h>

#include <algorithm>
#include <cstring>

#include "core/store/run_schema.h"

namespace layerscope {

std::int64_t pack_checksum(std::int64_t id, std::string_view pack) {
    constexpr std::size_t head_size = 8;
    constexpr std::size_t part_size = 16;
    std::uint32_t parts = 0;
    if (pack.size() >= head_size) std::memcpy(&parts, pack.data() + sizeof parts, sizeof parts);
    const auto directory = std::min(pack.size(), head_size + part_size * parts);
    auto crc = crc32(0, reinterpret_cast<const Bytef*>(&id), sizeof id);
    crc = crc32(crc, reinterpret_cast<const Bytef*>(pack.data()), uInt(directory));
    return std::int64_t(crc);
}

Result<std::string> FilePacks::read(int level, std::int64_t number) {
    auto& statement = level == 0 ? block_ : page_;
    if (!statement) {
        auto made = database_->prepare(level == 0 ? "SELECT pack, crc FROM block WHERE id = ?1"
                                                  : "SELECT pack, crc FROM pyramid WHERE id = ?1");
        if (!made) return fail(made.error());
        statement = std::move(*made);
    }
    return read_bytes(*statement,
                      level == 0 ? stream_base(stream_) + number : page_id(stream_, level, number));
}

Result<std::string> FilePacks::read_bytes(Statement& statement, std::int64_t id) {
    const auto there = statement.bind(id).step();
    if (!there) return fail(there.error());
    if (!*there) return fail(ErrorKind::not_found, "a part of the run is not there");
    auto bytes = statement.blob(0);
    const auto crc = statement.integer(1);
    statement.bind();  // ends the read, so that a checkpoint need not wait for it
    if (crc != pack_checksum(id, bytes)) {
        return fail(ErrorKind::malformed, "its checksum is not that of what it holds");
    }
    return bytes;
}

Result<std::int64_t> FilePacks::blocks() {
    const auto pages = database_->query_integer("PRAGMA page_count");
    if (!pages) return fail(pages.error());
    auto said = database_->prepare("SELECT sealed_rows FROM stream WHERE id = ?1");
    if (!said) return fail(said.error());
    const auto line = said->bind(stream_).step();
    if (!line) return fail(line.error());
    if (!*line) return fail(ErrorKind::malformed, "the run does not list the layer any more");
    const std::int64_t rows = said->integer(0);
    const auto by_rows =
        std::min(rows / rows_of_block + (rows % rows_of_block > 0 ? 1 : 0), *pages);
    auto newest = database_->prepare(
        "SELECT id FROM block WHERE id >= ?1 AND id < ?2 ORDER BY id DESC LIMIT 1");
    if (!newest) return fail(newest.error());
    const auto base = stream_base(stream_);
    const auto there = newest->bind(base, base + *pages).step();
    // Where keys are damaged SQLite may find one beyond the bounds.
    std::int64_t by_id = there && *there ? newest->integer(0) - base + 1 : 0;
    if (by_id > *pages) by_id = 0;
    return std::max(by_rows, by_id);
}

}  // namespace layerscope
