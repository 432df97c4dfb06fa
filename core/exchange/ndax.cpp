#include "core/exchange/ndax.h"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "core/exchange/ndc2.h"
#include "core/exchange/ndc_pages.h"
#include "core/exchange/ndc_records.h"
#include "core/exchange/neware_aux.h"
#include "core/exchange/neware_test_info.h"
#include "core/exchange/neware_timeline.h"
#include "core/exchange/zip_archive.h"

namespace layerscope {
namespace {

// 20 million records, three weeks at 10 Hz: as a table they take 2 GB.
constexpr std::size_t most_data_bytes = std::size_t{40'000} * ndc_page_bytes;

constexpr int oldest_version = 2;

Result<NdcLayout> layout_of(int version) {
    if (const auto layout = ndc_layout(version)) return *layout;
    return fail(
        ErrorKind::unsupported,
        fmt::format("data.ndc is written in ndc {}, but only ndc 2, 14, 16 and 17 are read; "
                    "export the test from BTSDA as text instead",
                    version));
}

Result<NewareRecords> read_records(const ZipArchive& archive, const std::string& data,
                                   const NdcLayout& layout) {
    NewareRecords out;
    auto measurements = decode_data(data, layout);
    if (!measurements) return fail(std::move(measurements.error()));
    out.measurements = std::move(*measurements);

    const auto run_info = archive.read("data_runInfo.ndc");
    if (!run_info) return fail(run_info.error());
    auto stored = decode_run_info(*run_info, layout);
    if (!stored) return fail(std::move(stored.error()));
    out.stored = std::move(*stored);

    const auto step_file = archive.read("data_step.ndc");
    if (!step_file) return fail(step_file.error());
    auto steps = decode_steps(*step_file, layout);
    if (!steps) return fail(std::move(steps.error()));
    out.steps = std::move(*steps);
    return out;
}

/// What the file says of itself. Missing or no XML, it leaves a test that is still a test; only
/// bytes that cannot be unpacked say that the archive is damaged.
Result<NewareTestInfo> read_test_info(const ZipArchive& archive, CyclerTable& table) {
    constexpr auto member = "TestInfo.xml";
    if (!archive.has(member)) {
        table.warnings.emplace_back(
            "TestInfo.xml is not in the archive: device and channel unknown");
        return {};
    }
    const auto xml = archive.read(member);
    if (!xml) return fail(xml.error());
    auto info = parse_neware_test_info(*xml);
    if (info) return info;
    table.warnings.push_back(info.error().sentence + ": device and channel unknown");
    return {};
}

/// ndc 2: each record is whole.
Result<void> fill_from_ndc2(const ZipArchive& archive, const std::string& data,
                            const NewareTestInfo& info, CyclerTable& table) {
    if (auto filled = fill_ndc2_records(data, table); !filled) return filled;
    return fill_ndc2_aux(archive, info, table);
}

/// ndc 14 on: three files of records, one of them sparse, and one file an auxiliary channel.
Result<void> fill_from_sparse(const ZipArchive& archive, const std::string& data, int version,
                              const NewareTestInfo& info, CyclerTable& table) {
    const auto layout = layout_of(version);
    if (!layout) return fail(layout.error());
    auto records = read_records(archive, data, *layout);
    if (!records) return fail(std::move(records.error()));
    if (auto filled = fill_timeline(std::move(*records), table); !filled) return filled;
    auto aux = read_neware_aux(archive, info, *layout, table.record);
    if (!aux) return fail(std::move(aux.error()));
    table.aux = std::move(aux->columns);
    for (auto& warning : aux->warnings) table.warnings.push_back(std::move(warning));
    return {};
}

Result<CyclerTable> read_test(const std::filesystem::path& file) {
    const auto archive = ZipArchive::open(file);
    if (!archive) return fail(archive.error());
    if (!archive->has("data.ndc")) {
        return fail(
            ErrorKind::malformed,
            "this ZIP archive holds no data.ndc, so it is no Neware test; name a .ndax file");
    }
    const auto data = archive->read("data.ndc");
    if (!data) return fail(data.error());
    const auto version = ndc_version(*data, "data.ndc");
    if (!version) return fail(version.error());
    if (data->size() > most_data_bytes) {
        return fail(ErrorKind::unsupported,
                    fmt::format("data.ndc has {} bytes, more than the {} (20 million records) that "
                                "are read; export the test in parts",
                                data->size(), most_data_bytes));
    }

    CyclerTable table;
    table.format = "ndax";
    table.version = fmt::format("ndc {}", *version);
    const auto info = read_test_info(*archive, table);
    if (!info) return fail(info.error());
    table.device = info->device;
    table.address = info->address;

    const auto filled = *version == oldest_version
                            ? fill_from_ndc2(*archive, *data, *info, table)
                            : fill_from_sparse(*archive, *data, *version, *info, table);
    if (!filled) return fail(filled.error());
    return table;
}

}  // namespace

Result<CyclerTable> read_ndax(const std::filesystem::path& file) {
    auto table = read_test(file);
    if (!table) table.error().sentence = file.string() + ": " + table.error().sentence;
    return table;
}

}  // namespace layerscope
