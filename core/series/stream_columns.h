#pragma once

/// Numbers of a stream's columns in blocks and pages. They are in files and never change.
namespace layerscope::stream_column {

inline constexpr int seqid = 0;
inline constexpr int stepid = 1;
inline constexpr int cycleid = 2;
inline constexpr int steptype = 3;     // id of a word
inline constexpr int testtime_ms = 4;  // since the start of the step, as received
inline constexpr int atime = 5;        // seconds since 1970 of that wall clock, or text
inline constexpr int voltage_V = 6;
inline constexpr int current_A = 7;  // as received
inline constexpr int capacity_Ah = 8;
inline constexpr int energy_Wh = 9;
inline constexpr int arrival_us = 10;  // least integer: none
inline constexpr int layout = 11;      // id of a word: names of the auxiliaries, in their order
inline constexpr int time_ms = 12;     // since the start of the test, on the stream's own clock
inline constexpr int gap = 13;         // 1 where rows are missing directly before
inline constexpr int soc = 14;         // derived: charge / theoretical capacity; NaN where unknown
inline constexpr int first_aux = 32;   // each auxiliary under its own number from here on
inline constexpr int last = 65'535;

}  // namespace layerscope::stream_column
