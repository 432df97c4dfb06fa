// Counts what the program allocates, by standing in for operator new. The sanitizers have their
// own.
#include <gtest/gtest.h>

#include <cstdlib>
#include <new>
#include <vector>

#include "tests/core/model/published_runs.h"

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

namespace {
thread_local long allocations = 0;

void* allocate(std::size_t bytes, std::size_t alignment) {
    ++allocations;
    const std::size_t whole = (bytes + alignment - 1) / alignment * alignment;
    void* memory = std::aligned_alloc(alignment, whole == 0 ? alignment : whole);
    if (memory == nullptr) throw std::bad_alloc{};
    return memory;
}
}  // namespace

void* operator new(std::size_t bytes) {
    return allocate(bytes, __STDCPP_DEFAULT_NEW_ALIGNMENT__);
}
void* operator new(std::size_t bytes, std::align_val_t alignment) {
    return allocate(bytes, std::size_t(alignment));
}
void operator delete(void* memory) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
    std::free(memory);
}

namespace layerscope {
namespace {

TEST(MultilayerSolver, allocates_nothing_while_it_advances) {
    const CellModel model = builtin_model("yan-2025-h");
    MultilayerSolver solver = begin(model, published_runs[4], {});
    const long before = allocations;
    const bool lithiated = solver.advance(charge_end(20)).has_value();
    solver.drive({Drive::Kind::potential, 0, 1, 0.010});
    const bool held = solver.advance(charge_end(22)).has_value();
    solver.drive({.kind = Drive::Kind::open});
    const bool rested = solver.advance({.time_s = solver.now().time_s + 600}).has_value();
    solver.now();
    const long during = allocations - before;
    EXPECT_TRUE(lithiated && held && rested);
    EXPECT_EQ(during, 0);
    const std::vector<double> counted(3);
    EXPECT_EQ(allocations - before, 1) << "what counts, counts";
}

}  // namespace
}  // namespace layerscope

#else

TEST(MultilayerSolver, allocates_nothing_while_it_advances) {
    GTEST_SKIP() << "the sanitizer counts allocations itself";
}

#endif
