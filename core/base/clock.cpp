#include "core/base/clock.h"

#include <fmt/format.h>

#include <ctime>

#include "core/base/number.h"

namespace layerscope {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::hh_mm_ss;
using std::chrono::microseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::year_month_day;

template <class Clock>
std::string calendar_text(std::chrono::time_point<Clock, seconds> time, char between) {
    const auto day = floor<days>(time);
    const year_month_day date{day};
    const hh_mm_ss<seconds> clock{time - day};
    return fmt::format("{:04}-{:02}-{:02}{}{:02}:{:02}:{:02}", int(date.year()),
                       unsigned(date.month()), unsigned(date.day()), between, clock.hours().count(),
                       clock.minutes().count(), clock.seconds().count());
}

/// Reads `YYYY-MM-DD?hh:mm:ss` from the first 19 characters; seconds since 1970 on that clock.
std::optional<seconds> calendar_seconds(std::string_view text, std::string_view between) {
    if (text.size() < 19 || text[4] != '-' || text[7] != '-' ||
        between.find(text[10]) == std::string_view::npos || text[13] != ':' || text[16] != ':') {
        return std::nullopt;
    }
    const auto field = [&](std::size_t at, std::size_t length) {
        return parse_integer(text.substr(at, length)).value_or(-1);
    };
    const year_month_day date{std::chrono::year{int(field(0, 4))},
                              std::chrono::month{unsigned(field(5, 2))},
                              std::chrono::day{unsigned(field(8, 2))}};
    const auto hour = field(11, 2);
    const auto minute = field(14, 2);
    const auto second = field(17, 2);
    if (!date.ok() || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 ||
        second > 60) {
        return std::nullopt;
    }
    return std::chrono::sys_days{date}.time_since_epoch() + std::chrono::hours{hour} +
           minutes{minute} + seconds{second};
}

}  // namespace

UtcTime utc_now() {
    return floor<microseconds>(std::chrono::system_clock::now());
}

UtcMap::UtcMap() : steady_{std::chrono::steady_clock::now()}, utc_{utc_now()} {}

UtcTime UtcMap::utc(SteadyTime steady) const {
    return utc_ + std::chrono::duration_cast<microseconds>(steady - steady_);
}

std::string to_iso8601(UtcTime time, int digits) {
    const auto whole = floor<seconds>(time);
    std::string text = calendar_text(whole, 'T');
    if (digits > 0) {
        const auto fraction = fmt::format("{:06}", (time - whole).count());
        text += '.' + fraction.substr(0, std::size_t(digits));
    }
    return text + 'Z';
}

int zone_offset_min(UtcTime time) {
    const std::time_t seconds_utc = floor<seconds>(time).time_since_epoch().count();
    std::tm local{};
    if (localtime_r(&seconds_utc, &local) == nullptr) return 0;
    return int(local.tm_gmtoff / 60);
}

std::string to_local_text(UtcTime time) {
    const int offset_min = zone_offset_min(time);
    std::string zone = "UTC";
    if (offset_min != 0) {
        zone += offset_min < 0 ? "−" : "+";
        zone += fmt::format("{}", std::abs(offset_min) / 60);
        if (offset_min % 60 != 0) zone += fmt::format(":{:02}", std::abs(offset_min) % 60);
    }
    return calendar_text(floor<seconds>(time + minutes{offset_min}), ' ') + ' ' + zone;
}

Result<UtcTime> parse_iso8601(std::string_view text) {
    const auto refuse = [&] {
        return fail(
            ErrorKind::malformed,
            fmt::format("'{}' is not a UTC time; write it like 2026-11-22T18:13:14Z", text));
    };
    const auto whole = calendar_seconds(text, "T ");
    if (!whole) return refuse();
    std::string_view rest = text.substr(19);
    microseconds fraction{0};
    if (!rest.empty() && rest.front() == '.') {
        std::size_t end = 1;
        microseconds digit{100'000};
        while (end < rest.size() && rest[end] >= '0' && rest[end] <= '9') {
            fraction += digit * (rest[end] - '0');
            digit /= 10;
            ++end;
        }
        if (end == 1) return refuse();
        rest.remove_prefix(end);
    }
    minutes ahead{0};
    if (rest.size() == 6 && (rest[0] == '+' || rest[0] == '-') && rest[3] == ':') {
        const auto hours = parse_integer(rest.substr(1, 2));
        const auto mins = parse_integer(rest.substr(4, 2));
        if (!hours || !mins) return refuse();
        ahead = minutes{*hours * 60 + *mins} * (rest[0] == '-' ? -1 : 1);
    } else if (rest != "Z") {
        return refuse();
    }
    return UtcTime{*whole + fraction - ahead};
}

std::optional<WallTime> parse_wall_time(std::string_view text) {
    if (text.size() != 19) return std::nullopt;
    const auto whole = calendar_seconds(text, " ");
    if (!whole) return std::nullopt;
    return WallTime{*whole};
}

std::string to_wall_text(WallTime time) {
    return calendar_text(time, ' ');
}

}  // namespace layerscope
