// A frame of the live page, everything replotted and painted, must not cost more on a long run.
#include <benchmark/benchmark.h>

#include <QApplication>
#include <QImage>
#include <cmath>
#include <cstdint>
#include <memory>
#include <vector>

#include "ui/fonts.h"
#include "ui/pages/live_page.h"
#include "ui/run_model.h"

namespace layerscope {
namespace {

constexpr QSize window{1440, 900};
constexpr int layers = 4;
constexpr std::int64_t interval_ms = 1000;
constexpr std::int64_t rows_of_page = 5000;

/// Widgets need an application that lives until the end; no display.
void make_application() {
    static int argc = 1;
    static char name[] = "layerscope_bench";
    static char* argv[] = {name, nullptr};
    if (qApp != nullptr) return;
    qputenv("QT_QPA_PLATFORM", "offscreen");
    // Never destroyed: at the end of the program Qt's own statics are gone before it.
    new QApplication{argc, argv};
    QApplication::setStyle(QStringLiteral("Fusion"));
    install_fonts();
}

Station station() {
    const std::string design_toml = builtin_cell_text("yan-2025").value();
    const auto design = parse_cell_design(design_toml, "yan-2025.toml").value();
    return parse_stored_station(demonstration_station_toml(design, 5020, "Bench"), design_toml,
                                "bench.toml")
        .value();
}

/// Row `i` of `n`: the noise of an instrument on curves that end at 0 V and a full layer, so that
/// the picture is the same at any length.
RecordedRow row_at(const StationChannel& channel, std::int64_t i, std::int64_t n) {
    const double part = double(i) / double(n);
    const double noise = std::sin(double(i) * 12.9898) * std::cos(double(i) * 78.233);
    const double full_A = 0.0168 * 3.6e6 / double(n * interval_ms);  // Q_th within the run
    RecordedRow row;
    row.seqid = i + 1;
    row.stepid = 1;
    row.cycleid = 1;
    row.steptype = "dc";
    row.testtime_ms = i * interval_ms;
    row.current_A = -full_A * (1 - 0.1 * channel.layer * std::cos(3 * part) + 0.002 * noise);
    if (channel.reference_field)
        row.aux = {{*channel.reference_field,
                    std::round((0.1 - 0.102 * part + 2e-4 * noise) * 1e4) / 1e4}};
    return row;
}

/// Kept for the repetitions; only one at a time, as the longest is large.
const RunModel& run_of(std::int64_t rows_a_layer) {
    static std::unique_ptr<RunModel> run;
    if (run && run->row_count() == layers * rows_a_layer) return *run;
    run = std::make_unique<RunModel>(station());
    std::vector<RecordedRow> page;
    for (std::int64_t from = 0; from < rows_a_layer; from += rows_of_page) {
        for (const StationChannel& channel : run->station().channels) {
            page.clear();
            const std::int64_t to = std::min(from + rows_of_page, rows_a_layer);
            for (std::int64_t i = from; i < to; ++i)
                page.push_back(row_at(channel, i, rows_a_layer));
            run->add_rows(channel.layer, page, utc_now());
        }
    }
    return *run;
}

/// One frame after new rows, the whole run in view: read, replotted, painted.
void live_frame(benchmark::State& state, std::int64_t rows_a_layer) {
    make_application();
    const RunModel& run = run_of(rows_a_layer);
    Scene scene;
    scene.look.theme = make_theme(ThemeKind::light);
    scene.run = &run;
    scene.now = utc_now();
    scene.view.advance(run.newest_s().value(), run.row_count());
    // As the window lays it out: below the bar and beside the rail.
    QWidget frame;
    frame.resize(window);
    LivePage page{scene, &frame};
    page.setGeometry(64, 48, window.width() - 64, window.height() - 72);
    QImage picture{page.size(), QImage::Format_ARGB32_Premultiplied};
    for (auto _ : state) {
        page.refresh();
        for (TracePanel* panel : page.panels()) panel->replot(QCustomPlot::rpImmediateRefresh);
        page.render(&picture);
        benchmark::DoNotOptimize(picture.constBits());
    }
    state.counters["rows"] = double(run.row_count());
}

BENCHMARK_CAPTURE(live_frame, short_run, 10'000 / layers)
    ->Name("live_frame_1e4")
    ->Repetitions(5)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(live_frame, long_run, 10'000'000 / layers)
    ->Name("live_frame_1e7/live_frame_1e4")
    ->Repetitions(5)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(live_frame, longest_run, 10'000'000)
    ->Name("live_frame_4e7/live_frame_1e4")
    ->Repetitions(5)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace layerscope
