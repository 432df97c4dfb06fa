#include "core/store/file_packs.h"

#include <fmt/format.h>

#include "core/store/run_schema.h"

namespace layerscope {

Result<std::string> FilePacks::read(int level, std::int64_t number) {
    auto& statement = level == 0 ? block_ : page_;
    if (!statement) {
        auto made = database_->prepare(level == 0 ? "SELECT pack FROM block WHERE id = ?1"
                                                  : "SELECT pack FROM pyramid WHERE id = ?1");
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
    statement.bind();  // ends the read, so that a checkpoint need not wait for it
    return bytes;
}

Result<std::int64_t> FilePacks::blocks() {
    auto newest = database_->prepare(
        "SELECT id FROM block WHERE id >= ?1 AND id < ?2 ORDER BY id DESC LIMIT 1");
    if (!newest) return fail(newest.error());
    const auto base = stream_base(stream_);
    const auto there = newest->bind(base, stream_base(stream_ + 1)).step();
    if (!there) return fail(there.error());
    return *there ? newest->integer(0) - base + 1 : 0;
}

}  // namespace layerscope
