#pragma once
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <unordered_map>
#include <utility>

namespace layerscope {

/// The pages that were wanted last, of all that can be made again: as many as fit into
/// `most_bytes`, and always the newest. Within core/series only.
template <class Page>
class PageCache {
  public:
    explicit PageCache(std::size_t most_bytes) : most_bytes_{most_bytes} {}

    template <class Read>
    std::shared_ptr<const Page> get(std::int64_t key, Read read) {
        if (const auto held = places_.find(key); held != places_.end()) {
            pages_.splice(pages_.begin(), pages_, held->second);
            return pages_.front().second;
        }
        // Shared with who is just looking at a page that must make room.
        pages_.emplace_front(key, std::make_shared<const Page>(read()));
        places_[key] = pages_.begin();
        bytes_ += pages_.front().second->bytes();
        while (bytes_ > most_bytes_ && pages_.size() > 1) {
            bytes_ -= pages_.back().second->bytes();
            places_.erase(pages_.back().first);
            pages_.pop_back();
        }
        return pages_.front().second;
    }

  private:
    using Held = std::pair<std::int64_t, std::shared_ptr<const Page>>;
    std::size_t most_bytes_;
    std::size_t bytes_ = 0;
    std::list<Held> pages_;  // the newest first
    std::unordered_map<std::int64_t, typename std::list<Held>::iterator> places_;
};

}  // namespace layerscope
