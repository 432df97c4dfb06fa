#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "core/series/pyramid.h"

namespace layerscope {

/// Packs as a run file would hold them, to be damaged at will.
class StoredPacks final : public PackSource {
  public:
    std::map<std::pair<int, std::int64_t>, std::string> packs;
    int reads = 0;

    Result<std::string> read(int level, std::int64_t number) override {
        ++reads;
        const auto pack = packs.find({level, number});
        if (pack != packs.end()) return pack->second;
        return fail(ErrorKind::not_found, "not there");
    }
};

}  // namespace layerscope
