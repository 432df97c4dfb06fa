#pragma once
#include <cstdint>
#include <pugixml.hpp>
#include <string_view>

#include "core/base/clock.h"
#include "hw/simulator/simulated_rig.h"

/// The parts of the replies that follow `<cmd>`; each takes the request's root and appends to the
/// reply's root.
namespace layerscope {

/// The channel that an element's address names; null when there is none.
SimulatedChannel* find_channel(SimulatedRig& rig, pugi::xml_node element);
const SimulatedChannel* find_channel(const SimulatedRig& rig, pugi::xml_node element);

/// Copies the address, in the vendor's order; a missing `ip` is loopback.
void put_address(pugi::xml_node from, pugi::xml_node to);
void put_address_with_ip(pugi::xml_node from, pugi::xml_node to);

/// Every `name` element of the request's list.
pugi::xml_object_range<pugi::xml_named_node_iterator> listed(pugi::xml_node request,
                                                             const char* name);

/// Writes `count` into `list` when all its elements are there.
void put_count(pugi::xml_node list);

// What the channels are and do now.
void reply_getdevinfo(const SimulatedRig& rig, UtcTime now, pugi::xml_node reply);
void reply_getchlstatus(const SimulatedRig& rig, pugi::xml_node request, UtcTime now,
                        pugi::xml_node reply);
void reply_inquire(const SimulatedRig& rig, pugi::xml_node request, UtcTime now,
                   pugi::xml_node reply);

// What they have recorded.
void reply_inquiredf(const SimulatedRig& rig, pugi::xml_node request, UtcTime now,
                     pugi::xml_node reply);
void reply_download(const SimulatedRig& rig, pugi::xml_node request, UtcTime now,
                    pugi::xml_node reply);
void reply_download_step_layer(const SimulatedRig& rig, pugi::xml_node request, UtcTime now,
                               pugi::xml_node reply);
void reply_downloadlog(const SimulatedRig& rig, pugi::xml_node request, UtcTime now,
                       pugi::xml_node reply);

}  // namespace layerscope
