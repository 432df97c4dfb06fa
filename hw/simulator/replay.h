#pragma once
#include <string>

#include "core/exchange/cycler_table.h"
#include "hw/simulator/simulated_channel.h"

namespace layerscope {

/// A recorded file as a test to be run again: its rows in record order, numbered anew from 1,
/// without the holes that files have; each due at its total time since the file's first row. Its
/// auxiliary columns keep their names; one that holds no value is left out. Capacity and energy are
/// the sum of the charge and discharge counters, of which a step uses one.
SimulatedTest replay_test(const CyclerTable& table, std::string barcode);

}  // namespace layerscope
