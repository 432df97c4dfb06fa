#include "core/store/run_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "core/base/number.h"
#include "core/store/row_reader.h"
#include "core/store/run_schema.h"
#include "core/store/run_version_1.h"

namespace layerscope {
namespace {

namespace fs = std::filesystem;

/// Reads the keys of `meta` one after the other and keeps the first error.
class MetaReader {
  public:
    MetaReader(Database& database, std::string file)
        : database_{database}, file_{std::move(file)} {}

    std::optional<std::string> find(const std::string& key) {
        auto value = read_meta(database_, key);
        if (value) return *value;
        if (!error_) error_ = value.error();
        return std::nullopt;
    }

    std::string get(const std::string& key) {
        auto value = find(key);
        if (!value && !error_) {
            error_ =
                Error{ErrorKind::malformed,
                      fmt::format("{}: its '{}' is missing; the file was changed by hand or is "
                                  "damaged, use another copy",
                                  file_, key)};
        }
        return value.value_or("");
    }

    const std::optional<Error>& error() const { return error_; }

  private:
    Database& database_;
    std::string file_;
    std::optional<Error> error_;
};

Result<RunInfo> read_info(Database& database, const fs::path& path) {
    const std::string file = path.filename().string();
    const auto version = database.query_integer("PRAGMA user_version");
    if (!version) return fail(version.error());
    MetaReader meta{database, file};
    RunInfo info;
    info.path = path;
    info.schema_version = *version;
    info.uuid = meta.get("uuid");
    info.name = meta.get("name");
    info.origin = meta.get("origin");
    info.program_version = meta.get("program_version");
    info.predecessor_uuid = meta.find("predecessor");
    info.final_reason = meta.find("final_reason");
    info.copied = meta.find("copied").has_value();
    if (const auto factor = meta.find("accelerated")) info.accelerated = parse_number(*factor);
    const std::string created = meta.get("created");
    const std::string station_toml = meta.get("station_toml");
    const std::string design_toml = meta.get("design_toml");
    if (meta.error()) return fail(*meta.error());
    const auto created_at = parse_iso8601(created);
    if (!created_at) {
        return fail(ErrorKind::malformed, fmt::format("{}: {}", file, created_at.error().sentence));
    }
    info.created = *created_at;
    auto station = parse_stored_station(station_toml, design_toml, file);
    if (!station) return fail(station.error());
    info.station = std::move(*station);
    return info;
}

}  // namespace

struct RunReader::Impl {
    std::shared_ptr<Database> database;
    RunInfo info;
    Database::Mode mode{};
    std::map<int, RowReader> readers = {};
    std::vector<DamagedRows> damage = {};

    bool rows_only() const { return info.schema_version == 1; }
    Result<RowReader*> reader(int stream);
    Result<void> complete(RunStream& stream);
    void note(const std::vector<DamagedRows>& found);
};

/// The reader of a stream, at the present state of the file; inside a read transaction.
Result<RowReader*> RunReader::Impl::reader(int stream) {
    const auto known = readers.find(stream);
    // What a final run has learnt it knows for ever.
    if (known != readers.end() && info.final_reason) return &known->second;
    if (known == readers.end()) {
        auto line = database->prepare("SELECT first_seqid FROM stream WHERE id = ?1");
        if (!line) return fail(line.error());
        const auto there = line->bind(stream).step();
        if (!there) return fail(there.error());
        const std::int64_t first_seqid = *there ? line->integer(0) : 1;
        readers.emplace(stream, RowReader{database, stream, first_seqid});
    }
    auto& reader = readers.at(stream);
    if (auto done = reader.refresh(); !done) {
        readers.erase(stream);
        return fail(done.error());
    }
    return &reader;
}

/// Adds what the rows say to what the stream's own line says.
Result<void> RunReader::Impl::complete(RunStream& stream) {
    if (rows_only()) return run_version_1::complete(*database, stream);
    const auto rows = reader(stream.layer);
    if (!rows) return fail(rows.error());
    const auto count = (*rows)->row_count();
    if (!count) return fail(count.error());
    stream.rows = *count;
    auto last = (*rows)->last_row();
    if (last) stream.last_row = std::move(*last);  // else damaged, which reading the rows tells
    return {};
}

void RunReader::Impl::note(const std::vector<DamagedRows>& found) {
    for (const auto& one : found) {
        const bool known = std::any_of(damage.begin(), damage.end(), [&](const auto& other) {
            return other.layer == one.layer && other.from_seqid == one.from_seqid;
        });
        if (!known) damage.push_back(one);
    }
}

RunReader::RunReader(std::unique_ptr<Impl> impl) : impl_{std::move(impl)} {}
RunReader::RunReader(RunReader&&) noexcept = default;
RunReader& RunReader::operator=(RunReader&&) noexcept = default;
RunReader::~RunReader() = default;

Result<RunReader> RunReader::open(const fs::path& path) {
    // As it is; else without its log, which a medium that cannot be written does not let in; else
    // what is left of a damaged one.
    Result<RunReader> first = open(path, Database::Mode::read);
    if (first) return first;
    const auto kind = first.error().kind;
    if (kind != ErrorKind::io && kind != ErrorKind::malformed) return first;
    auto second = open(
        path, kind == ErrorKind::io ? Database::Mode::read_unchanging : Database::Mode::salvage);
    return second ? std::move(second) : std::move(first);
}

Result<RunReader> RunReader::open(const fs::path& path, Database::Mode mode) {
    auto database = Database::open(path, mode);
    if (!database) return fail(database.error());
    if (auto known = check_run_schema(*database, path.filename().string()); !known) {
        return fail(known.error());
    }
    auto info = read_info(*database, path);
    if (!info) return fail(info.error());
    return RunReader{std::make_unique<Impl>(
        Impl{std::make_shared<Database>(std::move(*database)), std::move(*info), mode})};
}

const RunInfo& RunReader::info() const {
    return impl_->info;
}

Database::Mode RunReader::mode() const {
    return impl_->mode;
}

const std::vector<DamagedRows>& RunReader::damage() const {
    return impl_->damage;
}

Result<std::vector<RunStream>> RunReader::streams() {
    std::vector<RunStream> streams;
    auto done = impl_->database->read_transaction([&]() -> Result<void> {
        auto lines = impl_->database->prepare(
            "SELECT id, device, address, test_id, first_seqid, offset_ms FROM stream "
            "WHERE id > 0 ORDER BY id");
        if (!lines) return fail(lines.error());
        for (;;) {
            const auto there = lines->step();
            if (!there) return fail(there.error());
            if (!*there) return {};
            RunStream stream;
            stream.layer = int(lines->integer(0));
            stream.device = lines->text(1);
            stream.address = parse_channel_address(lines->text(2)).value_or(ChannelAddress{});
            stream.test_id = lines->integer(3);
            stream.first_seqid = lines->integer(4);
            stream.offset_known = !lines->is_null(5);
            stream.offset_ms = lines->integer(5);
            if (auto completed = impl_->complete(stream); !completed) return completed;
            streams.push_back(std::move(stream));
        }
    });
    if (!done) return fail(done.error());
    return streams;
}

Result<void> RunReader::read_rows(int layer, std::int64_t after_seqid, const RowVisitor& visit,
                                  std::int64_t most_rows, RowParts parts) {
    if (impl_->rows_only()) {
        return run_version_1::read_rows(*impl_->database, layer, after_seqid, visit, most_rows);
    }
    return impl_->database->read_transaction([&]() -> Result<void> {
        const auto rows = impl_->reader(layer);
        if (!rows) return fail(rows.error());
        auto done = (*rows)->read(after_seqid, visit, most_rows, parts);
        impl_->note((*rows)->take_damage());
        return done;
    });
}

Result<Series> RunReader::series(int stream, const std::vector<SeriesColumn>& columns) {
    if (impl_->rows_only()) {
        return fail(ErrorKind::unsupported,
                    fmt::format("{}: a file of version 1 holds no pyramid; its rows are to be read",
                                impl_->info.path.filename().string()));
    }
    Result<Series> series = fail(ErrorKind::not_found, {});
    auto done = impl_->database->read_transaction([&]() -> Result<void> {
        const auto rows = impl_->reader(stream);
        if (!rows) return fail(rows.error());
        series = (*rows)->series(columns);
        impl_->note((*rows)->take_damage());
        if (!series) return fail(series.error());
        auto offset = impl_->database->prepare("SELECT offset_ms FROM stream WHERE id = ?1");
        if (!offset) return fail(offset.error());
        const auto there = offset->bind(stream).step();
        if (!there) return fail(there.error());
        if (*there) series->set_offset_ms(offset->integer(0));
        return {};
    });
    if (!done) return fail(done.error());
    return series;
}

Result<std::optional<FoldState>> RunReader::fold_state() {
    if (impl_->rows_only()) return std::nullopt;
    auto line = impl_->database->prepare("SELECT version, bytes FROM fold WHERE id = 1");
    if (!line) return fail(line.error());
    const auto there = line->step();
    if (!there) return fail(there.error());
    if (!*there) return std::nullopt;
    return FoldState{line->integer(0), line->blob(1)};
}

Result<std::vector<RunEvent>> RunReader::events(std::int64_t after_id) {
    auto lines = impl_->database->prepare(
        "SELECT id, at_us, kind, layer, device_time_s, text, detail FROM event WHERE id > ?1 "
        "ORDER BY id");
    if (!lines) return fail(lines.error());
    lines->bind(after_id);
    std::vector<RunEvent> events;
    for (;;) {
        const auto there = lines->step();
        if (!there) return fail(there.error());
        if (!*there) return events;
        RunEvent event;
        event.id = lines->integer(0);
        event.at = from_us(lines->integer(1));
        event.kind = lines->text(2);
        event.layer = int(lines->integer(3));
        if (!lines->is_null(4)) event.device_time_s = lines->real(4);
        event.text = lines->text(5);
        event.detail = lines->text(6);
        events.push_back(std::move(event));
    }
}

}  // namespace layerscope
