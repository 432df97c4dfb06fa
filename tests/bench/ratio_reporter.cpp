// Speed as a ratio against a named baseline of the same run: machines differ and are noisy, their
// ratios much less. A subject is named `subject/BASELINE`, its baseline `BASELINE`.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <string>
#include <vector>

namespace {

class RatioReporter : public benchmark::ConsoleReporter {
  public:
    void ReportRuns(const std::vector<Run>& runs) override {
        ConsoleReporter::ReportRuns(runs);
        for (const auto& run : runs) {
            if (run.run_type == Run::RT_Iteration && !run.error_occurred) {
                times_[run.run_name.function_name].push_back(run.GetAdjustedCPUTime());
            }
        }
    }

    void Finalize() override {
        ConsoleReporter::Finalize();
        for (auto& [name, times] : times_) {
            const auto slash = name.find('/');
            if (slash == std::string::npos) continue;
            const auto baseline = times_.find(name.substr(slash + 1));
            if (baseline == times_.end()) continue;
            std::printf("%s takes %.2f times %s\n", name.substr(0, slash).c_str(),
                        median(times) / median(baseline->second), baseline->first.c_str());
        }
    }

  private:
    static double median(std::vector<double>& times) {
        std::sort(times.begin(), times.end());
        return times[times.size() / 2];
    }

    std::map<std::string, std::vector<double>> times_;
};

}  // namespace

int main(int argc, char** argv) {
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
    RatioReporter reporter;
    benchmark::RunSpecifiedBenchmarks(&reporter);
    return 0;
}
