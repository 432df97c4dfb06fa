#include "core/model/multilayer_equations.h"

#include <algorithm>
#include <cmath>

#include "core/model/electrolyte.h"
#include "core/model/graphite.h"

namespace layerscope {
namespace {

constexpr double faraday_C_mol = 96485.33;
constexpr double gas_constant_J_mol_K = 8.314462618;
constexpr double lithium_kg_mol = 6.94e-3;
constexpr double lithium_kg_m3 = 534;
constexpr double lithium_m3_C = lithium_kg_mol / lithium_kg_m3 / faraday_C_mol;

// Salt made where current enters and lost where it reacts, per charge: the share that anions carry.
constexpr double salt_mol_C = (1 - cation_transference) / faraday_C_mol;

// A Newton step beyond these leaves the range in which the equations are nearly linear.
constexpr double most_potential_step_V = 0.15;
constexpr double most_salt_step_mol_m3 = 400;

double square(double x) {
    return x * x;
}

/// Pores never close: bends to a least porosity.
double open_porosity(double porosity) {
    constexpr double least = 0.03;
    constexpr double bend = 0.01;
    const double above = porosity - least;
    return least + (above + std::sqrt(square(above) + square(bend))) / 2;
}

}  // namespace

// ---- mesh

void MultilayerEquations::add_region(const PorousRegion& region, int nodes, MeshNode kind) {
    kind.width_m = region.thickness_m / nodes;
    kind.porosity = region.porosity;
    kind.macmullin = region.macmullin;
    mesh_.insert(mesh_.end(), std::size_t(nodes), kind);
}

void MultilayerEquations::add_layers(const MeshSize& size) {
    const GraphiteParameters& graphite = parameters_.graphite;
    int graphite_nodes = 0;
    for (std::size_t k = 0; k < parameters_.layer_count(); ++k) {
        const LayerParameters& layer = parameters_.layers[k];
        const int first = int(mesh_.size());
        add_region({layer.thickness_m, graphite.porosity, graphite.macmullin}, size.layer,
                   {.layer = int(k)});
        layers_.push_back({first, int(mesh_.size()) - 1});
        for (int i = first; i < int(mesh_.size()); ++i) {
            mesh_[std::size_t(i)].graphite = graphite_nodes++;
        }
        const double volume_m3 = parameters_.area_m2 * layer.thickness_m;
        layer_.push_back({layer.capacity_C / volume_m3, graphite.coverage_C / volume_m3});
        if (k < parameters_.interlayers.size()) {
            add_region(parameters_.interlayers[k].region, size.interlayer, {.interlayer = int(k)});
        }
    }
    overpotential_.resize(std::size_t(graphite_nodes));
}

MultilayerEquations::MultilayerEquations(const MultilayerParameters& parameters,
                                         const MeshSize& size)
    : parameters_{parameters},
      thermal_V_{gas_constant_J_mol_K * parameters.temperature_K / faraday_C_mol},
      surface_per_m_{3 * parameters.graphite.solid_fraction /
                     parameters.graphite.particle_radius_m} {
    add_region(parameters.cathode, 1, {});
    add_region(parameters.separator, size.separator, {});
    add_layers(size);
    transport_.resize(mesh_.size());
    conductance_per_m_.resize(mesh_.size());
    salt_.resize(mesh_.size());
    system_ = LayeredSystem{int(mesh_.size()), layers_};
}

CellState MultilayerEquations::initial_state(std::span<const double> stoichiometry) const {
    CellState state;
    // Layer 1 is where the current goes first; its potential is near enough for Newton's method.
    const double first_y = stoichiometry[0] / parameters_.layers[0].accessible_capacity;
    state.salt_mol_m3.assign(mesh_.size(), parameters_.salt_mol_m3);
    state.ionic_V.assign(mesh_.size(), -graphite_potential_V(first_y));
    for (const MeshNode& node : mesh_) {
        if (node.layer >= 0) state.stoichiometry.push_back(stoichiometry[std::size_t(node.layer)]);
    }
    const std::vector<double> nothing(state.stoichiometry.size(), 0.0);
    state.plated_C_m3 = state.dead_C_m3 = nothing;
    state.intercalation_A_m3 = state.plating_A_m3 = nothing;
    const std::vector<double> no_current(layers_.size(), 0.0);
    state.solid_V = state.layer_A = state.layer_C = no_current;
    return state;
}

// ---- pores

void MultilayerEquations::clog(const CellState& state) {
    const GraphiteParameters& graphite = parameters_.graphite;
    const double swelling =
        graphite.expansion_into_pores * graphite.expansion * graphite.solid_fraction;
    const double plated_m3_C = graphite.plated_volume_into_pores * lithium_m3_C;
    std::size_t layer_nodes = 0;
    double layer_stoichiometry = 0;  // sums over the nodes of the layer last passed
    double layer_plated_C = 0;
    for (std::size_t i = 0; i < mesh_.size(); ++i) {
        const MeshNode& node = mesh_[i];
        double narrowing = 1;
        if (node.layer >= 0) {
            if (int(i) == layers_[std::size_t(node.layer)].first) {
                layer_nodes = 0;
                layer_stoichiometry = layer_plated_C = 0;
            }
            const auto g = std::size_t(node.graphite);
            const double plated_C_m3 = state.plated_C_m3[g] + state.dead_C_m3[g];
            const double porosity = open_porosity(
                node.porosity - swelling * state.stoichiometry[g] - plated_m3_C * plated_C_m3);
            narrowing = std::pow(porosity / node.porosity, graphite.clogging_exponent);
            ++layer_nodes;
            layer_stoichiometry += state.stoichiometry[g];
            layer_plated_C += plated_C_m3 * node.width_m * parameters_.area_m2;
        } else if (node.interlayer >= 0) {
            const auto& interlayer = parameters_.interlayers[std::size_t(node.interlayer)];
            const double front = layer_stoichiometry / double(layer_nodes);
            narrowing = 1 / ((1 + interlayer.hindrance_by_lithiation * front) *
                             (1 + interlayer.hindrance_by_plating_per_C * layer_plated_C));
        }
        transport_[i] = narrowing / node.macmullin;
    }
    for (std::size_t i = 0; i + 1 < mesh_.size(); ++i) {
        conductance_per_m_[i] = 1 / (mesh_[i].width_m / (2 * transport_[i]) +
                                     mesh_[i + 1].width_m / (2 * transport_[i + 1]));
    }
}

// ---- reactions

/// Butler-Volmer, solved for the potential: V - φ - U(y) + 2 (RT/F) asinh(j / 2 a i0) + R j / a =
/// 0. y is at the particles' surface, which runs ahead of the mean by diffusion_time · rate.
MultilayerEquations::Overpotential MultilayerEquations::overpotential(const CellState& state,
                                                                      const TimeStep& step,
                                                                      int i) const {
    const MeshNode& node = mesh_[std::size_t(i)];
    const auto g = std::size_t(node.graphite);
    const auto k = std::size_t(node.layer);
    const GraphiteParameters& graphite = parameters_.graphite;
    const double rate = state.intercalation_A_m3[g];
    const double accessible = parameters_.layers[k].accessible_capacity;
    const double surface_by_rate =
        (step.effective_s + graphite.diffusion_time_s) / (layer_[k].full_C_m3 * accessible);
    const double surface = step.history.stoichiometry[g] / accessible + surface_by_rate * rate;
    const GraphitePotential open = graphite_potential(surface);

    // Kept off its zeros at 0 and 1, where no current could flow.
    const double y = std::clamp(surface, 0.01, 0.99);
    const double symmetric = 2 * std::sqrt(y * (1 - y));
    const double exchange = 2 * surface_per_m_ * graphite.exchange_current_A_m2 *
                            salt_[std::size_t(i)].root_M * symmetric;
    const double exchange_by_rate =
        y == surface ? (1 - 2 * y) / (2 * y * (1 - y)) * surface_by_rate : 0;  // relative
    const double ratio = rate / exchange;
    const double kinetic_V = 2 * thermal_V_ / std::sqrt(1 + square(ratio));
    const double film = graphite.film_ohm_m2 / surface_per_m_;
    return {state.solid_V[k] - state.ionic_V[std::size_t(i)] - open.potential_V +
                2 * thermal_V_ * std::asinh(ratio) + film * rate,
            -open.slope_V * surface_by_rate +
                kinetic_V * (1 / exchange - ratio * exchange_by_rate) + film,
            -kinetic_V * ratio * salt_[std::size_t(i)].log_slope_m3_mol / 2};
}

/// Plating j = k (exp(-η/2) - θ exp(η/2)) with θ = n / (n + coverage) at the end of the step: the
/// plated charge n is then the positive root of a quadratic and never falls below zero. η in RT/F.
MultilayerEquations::Plating MultilayerEquations::plating(const CellState& state,
                                                          const TimeStep& step, int i) const {
    constexpr double most_eta_V = 0.6;
    const MeshNode& node = mesh_[std::size_t(i)];
    const auto g = std::size_t(node.graphite);
    const GraphiteParameters& graphite = parameters_.graphite;
    const double coverage = layer_[std::size_t(node.layer)].coverage_C_m3;
    const double given_V = state.solid_V[std::size_t(node.layer)] - state.ionic_V[std::size_t(i)];
    const double eta_V = std::clamp(given_V, -most_eta_V, most_eta_V);
    const double forward = std::exp(-eta_V / (2 * thermal_V_));
    const double backward = 1 / forward;
    const double exchange_A_m3 =
        surface_per_m_ * graphite.plating_exchange_current_A_m2 * salt_[std::size_t(i)].root_M;
    const double b = exchange_A_m3 * step.effective_s;
    const double before = step.history.plated_C_m3[g];
    const double dying = 1 + graphite.dead_lithium_per_s * step.effective_s;

    const double linear = dying * coverage - before - b * (forward - backward);
    const double constant = coverage * (before + b * forward);
    const double root = std::sqrt(square(linear) + 4 * dying * constant);
    // Of the two ways to write the root, the one that subtracts nothing.
    const double plated =
        linear > 0 ? 2 * constant / (linear + root) : (root - linear) / (2 * dying);

    const double net = (forward - backward) * plated + forward * coverage;
    const double sum = (forward + backward) * plated + forward * coverage;
    const double by_eta =
        given_V == eta_V ? -exchange_A_m3 * dying * sum / (2 * thermal_V_ * root) : 0;
    const double share = plated / (plated + coverage);
    return {exchange_A_m3 * (forward - backward * share), by_eta,
            exchange_A_m3 * dying * net / root * salt_[std::size_t(i)].log_slope_m3_mol / 2,
            plated};
}

// ---- one step of Newton's method

void MultilayerEquations::find_salt(const CellState& state) {
    for (std::size_t i = 0; i < mesh_.size(); ++i) {
        const SaltProperty floored = floored_salt_mol_m3(state.salt_mol_m3[i]);
        salt_[i] = {std::sqrt(floored.value / 1000), std::log(floored.value),
                    floored.slope_m3_mol / floored.value};
    }
}

void MultilayerEquations::assemble_storage(const CellState& state, const TimeStep& step) {
    for (std::size_t i = 0; i < mesh_.size(); ++i) {
        LayeredSystem::NodeRow& row = system_.node(int(i));
        const double storage = mesh_[i].porosity * mesh_[i].width_m / step.effective_s;
        row.here << storage, 0, 0, 0;
        row.layer.setZero();
        row.of_layer_row.setZero();
        row.sides.setZero();
        row.sides(0, 0) = -storage * (state.salt_mol_m3[i] - step.history.salt_mol_m3[i]);
    }
}

/// Salt diffuses; ions drift in the field and in the gradient of salt (concentrated solution).
void MultilayerEquations::assemble_faces(const CellState& state) {
    const double diffusional_V = 2 * thermal_V_ * (1 - cation_transference) * thermodynamic_factor;
    for (std::size_t i = 0; i + 1 < mesh_.size(); ++i) {
        const double g = conductance_per_m_[i];
        const double salt_step = state.salt_mol_m3[i + 1] - state.salt_mol_m3[i];
        const double mean = (state.salt_mol_m3[i + 1] + state.salt_mol_m3[i]) / 2;
        const SaltProperty floored = floored_salt_mol_m3(mean);
        const SaltProperty kappa = conductivity_S_m(floored.value);
        const SaltProperty diffusivity = diffusivity_m2_s(mean);
        const double field_V = state.ionic_V[i] - state.ionic_V[i + 1] +
                               diffusional_V * (salt_[i + 1].log - salt_[i].log);

        const double salt_flux = -diffusivity.value * g * salt_step;
        const double ionic_current = kappa.value * g * field_V;
        const double flux_by_mean = -diffusivity.slope_m3_mol * g * salt_step / 2;
        const double current_by_mean = kappa.slope_m3_mol * floored.slope_m3_mol * g * field_V / 2;
        const double diffusional = kappa.value * g * diffusional_V;

        Eigen::Matrix2d by_left;
        Eigen::Matrix2d by_right;
        by_left << flux_by_mean + diffusivity.value * g, 0,
            current_by_mean - diffusional * salt_[i].log_slope_m3_mol, kappa.value * g;
        by_right << flux_by_mean - diffusivity.value * g, 0,
            current_by_mean + diffusional * salt_[i + 1].log_slope_m3_mol, -kappa.value * g;

        LayeredSystem::NodeRow& left = system_.node(int(i));
        LayeredSystem::NodeRow& right = system_.node(int(i) + 1);
        left.here += by_left;
        left.right = by_right;
        right.left = -by_left;
        right.here -= by_right;
        const Eigen::Vector2d flow{salt_flux, ionic_current};
        left.sides.col(0) -= flow;
        right.sides.col(0) += flow;
    }
}

/// What reacts leaves the pores as charge, and the anions' share of it as salt. The intercalation
/// rate is an unknown of its own node only and is eliminated here.
void MultilayerEquations::assemble_reactions(const CellState& state, const TimeStep& step) {
    for (std::size_t k = 0; k < layers_.size(); ++k) {
        LayeredSystem::LayerRow& layer = system_.layer(int(k));
        layer.here = 0;
        layer.sides.setZero();
        for (int i = layers_[k].first; i <= layers_[k].last; ++i) {
            const MeshNode& node = mesh_[std::size_t(i)];
            const auto g = std::size_t(node.graphite);
            const Overpotential eta = overpotential(state, step, i);
            const Plating plated = plating(state, step, i);
            overpotential_[g] = eta;
            const double rate =
                state.intercalation_A_m3[g] - eta.residual_V / eta.by_rate + plated.rate_A_m3;
            const double by_salt = -eta.by_salt / eta.by_rate + plated.by_salt;
            const double by_solid_V = -1 / eta.by_rate + plated.by_solid_V;

            const double width_m = node.width_m;
            const Eigen::Vector2d flow{salt_mol_C * width_m, width_m};
            const Eigen::RowVector2d by_node{by_salt, -by_solid_V};
            LayeredSystem::NodeRow& row = system_.node(i);
            row.here += flow * by_node;
            row.layer = by_solid_V * flow;
            row.sides.col(0) -= rate * flow;
            const double volume_m3 = width_m * parameters_.area_m2;
            row.of_layer_row = volume_m3 * by_node;
            layer.here += volume_m3 * by_solid_V;
            layer.sides(0) -= volume_m3 * rate;
        }
    }
}

/// A lead carries the sum of its layer's reactions: V = R I against the bus. Open, it carries none.
void MultilayerEquations::assemble_leads(const CellState& state, const TimeStep& step) {
    if (step.leads_open) return;  // the rows are the layers' currents already
    for (std::size_t k = 0; k < layers_.size(); ++k) {
        LayeredSystem::LayerRow& layer = system_.layer(int(k));
        const double lead_ohm = parameters_.layers[k].lead_ohm;
        layer.here = 1 - lead_ohm * layer.here;
        layer.sides(0) = -state.solid_V[k] - lead_ohm * layer.sides(0);
        for (int i = layers_[k].first; i <= layers_[k].last; ++i) {
            system_.node(i).of_layer_row *= -lead_ohm;
        }
    }
}

/// The total current enters at the cathode: its charge, and the anions' share of it as salt.
void MultilayerEquations::assemble_cathode(const CellState& state, const TimeStep& step) {
    LayeredSystem::NodeRow& row = system_.node(0);
    if (step.leads_open) {
        // Charge is balanced where the layers' are; what is left to say is where potentials begin.
        row.here.row(1) << 0, 1;
        row.right.row(1).setZero();
        row.sides(1, 0) = 0;
        return;
    }
    const double area_m2 = parameters_.area_m2;
    const Eigen::Vector2d by_current{salt_mol_C / area_m2, 1 / area_m2};
    row.sides.col(0) += state.current_A * by_current;
    row.sides.col(1) = by_current;  // the response to one ampere more
}

double MultilayerEquations::layer_potential_V(const CellState& state, int layer) const {
    const NodeSpan span = layers_[std::size_t(layer)];
    double ionic_V = 0;
    for (int i = span.first; i <= span.last; ++i) ionic_V += state.ionic_V[std::size_t(i)];
    return state.solid_V[std::size_t(layer)] - ionic_V / (span.last - span.first + 1);
}

/// How much more current brings the held layer to its potential; folds it into the solution.
double MultilayerEquations::current_step_A(const CellState& state, const TimeStep& step) {
    if (step.held_layer < 0) return 0;
    const NodeSpan span = layers_[std::size_t(step.held_layer)];
    const int nodes = span.last - span.first + 1;
    Eigen::RowVector2d change = system_.layer(step.held_layer).sides;
    for (int i = span.first; i <= span.last; ++i) change -= system_.node(i).sides.row(1) / nodes;
    const double wanted_V = step.held_V - layer_potential_V(state, step.held_layer);
    const double current_step_A = (wanted_V - change(0)) / change(1);
    for (std::size_t i = 0; i < mesh_.size(); ++i) {
        auto& sides = system_.node(int(i)).sides;
        sides.col(0) += current_step_A * sides.col(1);
    }
    for (std::size_t k = 0; k < layers_.size(); ++k) {
        auto& sides = system_.layer(int(k)).sides;
        sides(0) += current_step_A * sides(1);
    }
    return current_step_A;
}

/// What the eliminated intercalation rate does when its node's other unknowns change.
double MultilayerEquations::rate_step_A_m3(const MeshNode& node, int index) {
    const Overpotential& eta = overpotential_[std::size_t(node.graphite)];
    const auto& sides = system_.node(index).sides;
    return -(eta.residual_V + eta.by_salt * sides(0, 0) - sides(1, 0) +
             system_.layer(node.layer).sides(0)) /
           eta.by_rate;
}

NewtonStep MultilayerEquations::largest_step(const TimeStep& step) {
    NewtonStep largest;
    for (std::size_t i = 0; i < mesh_.size(); ++i) {
        const MeshNode& node = mesh_[i];
        const auto& sides = system_.node(int(i)).sides;
        largest.salt_mol_m3 = std::max(largest.salt_mol_m3, std::abs(sides(0, 0)));
        largest.potential_V = std::max(largest.potential_V, std::abs(sides(1, 0)));
        if (node.layer < 0) continue;
        const double stoichiometry = rate_step_A_m3(node, int(i)) * step.effective_s /
                                     layer_[std::size_t(node.layer)].full_C_m3;
        largest.stoichiometry = std::max(largest.stoichiometry, std::abs(stoichiometry));
    }
    for (std::size_t k = 0; k < layers_.size(); ++k) {
        largest.potential_V =
            std::max(largest.potential_V, std::abs(system_.layer(int(k)).sides(0)));
    }
    return largest;
}

void MultilayerEquations::apply(CellState& state, double fraction, double current_step_A) {
    for (std::size_t i = 0; i < mesh_.size(); ++i) {
        const MeshNode& node = mesh_[i];
        const auto& sides = system_.node(int(i)).sides;
        if (node.layer >= 0) {
            state.intercalation_A_m3[std::size_t(node.graphite)] +=
                fraction * rate_step_A_m3(node, int(i));
        }
        state.salt_mol_m3[i] += fraction * sides(0, 0);
        state.ionic_V[i] += fraction * sides(1, 0);
    }
    for (std::size_t k = 0; k < layers_.size(); ++k) {
        state.solid_V[k] += fraction * system_.layer(int(k)).sides(0);
    }
    state.current_A += fraction * current_step_A;
}

NewtonStep MultilayerEquations::improve(CellState& state, const TimeStep& step) {
    find_salt(state);
    assemble_storage(state, step);
    assemble_faces(state);
    assemble_reactions(state, step);
    assemble_leads(state, step);
    assemble_cathode(state, step);
    const bool held = step.held_layer >= 0;
    system_.solve(held ? LayeredSystem::Sides::both : LayeredSystem::Sides::one);
    const double more_A = current_step_A(state, step);
    const NewtonStep wanted = largest_step(step);
    const double fraction = std::min({1.0, most_potential_step_V / wanted.potential_V,
                                      most_salt_step_mol_m3 / wanted.salt_mol_m3});
    apply(state, fraction, more_A);
    return wanted;
}

void MultilayerEquations::complete(CellState& state, const TimeStep& step) {
    find_salt(state);
    const double dt_s = step.effective_s;
    for (std::size_t k = 0; k < layers_.size(); ++k) {
        double current_A = 0;
        for (int i = layers_[k].first; i <= layers_[k].last; ++i) {
            const MeshNode& node = mesh_[std::size_t(i)];
            const auto g = std::size_t(node.graphite);
            const Plating plated = plating(state, step, i);
            state.plating_A_m3[g] = plated.rate_A_m3;
            state.plated_C_m3[g] = plated.plated_C_m3;
            state.dead_C_m3[g] =
                step.history.dead_C_m3[g] +
                dt_s * parameters_.graphite.dead_lithium_per_s * plated.plated_C_m3;
            state.stoichiometry[g] = step.history.stoichiometry[g] +
                                     dt_s * state.intercalation_A_m3[g] / layer_[k].full_C_m3;
            current_A += (state.intercalation_A_m3[g] + plated.rate_A_m3) * node.width_m *
                         parameters_.area_m2;
        }
        state.layer_A[k] = current_A;
        state.layer_C[k] = step.history.layer_C[k] + dt_s * current_A;
    }
    state.charge_C = step.history.charge_C + dt_s * state.current_A;
}

}  // namespace layerscope
