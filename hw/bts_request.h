#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/cell/channel_address.h"

namespace layerscope {

/// A cycler channel as the device lists it. `ip` is the machine behind the cycler's program; it is
/// part of the address in some requests.
struct BtsChannel {
    ChannelAddress address;
    std::string ip;

    bool operator==(const BtsChannel&) const = default;
};

/// Recorded rows to be asked for; `count` at most 1000.
struct BtsRowRange {
    ChannelAddress address;
    std::int64_t test_id = 0;
    std::int64_t first_seqid = 1;
    int count = 1000;
};

/// One request to a cycler, ready to be sent. Only what the functions below compose exists, and all
/// of it reads: a cycler obeys whoever reaches its port, and `start` on a running channel may
/// replace the test. A login is not sent; the cyclers seen serve without one.
class BtsRequest {
  public:
    /// Which channels are there?
    static BtsRequest devices();

    /// What do these channels measure now?
    static BtsRequest live(const std::vector<BtsChannel>& channels);

    /// Which test does each of these channels hold, and how many rows of it?
    static BtsRequest stored(const std::vector<BtsChannel>& channels);

    /// The rows of one channel.
    static BtsRequest rows(const BtsRowRange& range);

    const std::string& bytes() const { return bytes_; }

  private:
    BtsRequest(std::string_view command, std::string_view body);
    std::string bytes_;
};

/// The second lock on the same door, asked where bytes leave: passes exactly one request of the
/// form above whose command is on the list of those that read. The error names what was refused.
Result<void> check_read_only(std::string_view bytes);

}  // namespace layerscope
