package dev.understudy.health;

import dev.understudy.endpoint.Endpoint;
import dev.understudy.endpoint.EndpointGroup;
import dev.understudy.endpoint.FailoverPolicy;
import dev.understudy.endpoint.FailoverPolicy.Probe;
import dev.understudy.endpoint.FailoverPolicy.Suspension;
import dev.understudy.endpoint.HealthListener;
import dev.understudy.endpoint.HealthRegistry;
import dev.understudy.endpoint.Hold;
import dev.understudy.endpoint.Holds;
import dev.understudy.endpoint.Member;
import dev.understudy.endpoint.ProbeListener;
import dev.understudy.endpoint.ProbeListener.Kind;
import dev.understudy.health.Prober.Plan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import reactor.core.scheduler.Scheduler;

/**
 * Health on two levels: whether an endpoint can be reached is true for all groups it is in that judge its certificate by the
 * same; how it does otherwise is told apart by group. Where groups that share an endpoint have different policies, its reach follows that of the group whose
 * name comes first.
 */
final class EndpointRecords implements HealthRegistry, AutoCloseable {

    private record OwnKey(String group, Endpoint endpoint) {}

    private record Watched(Level level, Prober prober) {}

    private final Duration patience;
    private final ProbeClient client;
    private final Scheduler scheduler;
    private final HealthListener listener;
    private final ProbeListener probes;
    private final Holds holds;
    private final LongSupplier nanoTime;
    private final DoubleSupplier random;
    private final Map<EndpointGroup, List<Member>> members = new ConcurrentHashMap<>();
    private final Map<Endpoint, Watched> reaches = new HashMap<>();
    private final Map<OwnKey, Watched> owns = new HashMap<>();
    private boolean closed;

    /**
     * @param patience who waits so long for a connection in vain has learned that nobody gets one
     * @param listener hears of suspensions
     * @param probes hears of each look
     * @param holds of operators
     * @param nanoTime a clock such as {@link System#nanoTime}
     * @param random from 0 to 1
     */
    EndpointRecords(
            Duration patience,
            ProbeClient client,
            Scheduler scheduler,
            HealthListener listener,
            ProbeListener probes,
            Holds holds,
            LongSupplier nanoTime,
            DoubleSupplier random) {
        this.listener = listener;
        this.probes = probes;
        this.holds = holds;
        this.patience = patience;
        this.client = client;
        this.scheduler = scheduler;
        this.nanoTime = nanoTime;
        this.random = random;
    }

    @Override
    public synchronized void add(Collection<EndpointGroup> groups) {
        if (closed) {
            return;
        }
        List<EndpointGroup> sorted = groups.stream()
                .sorted(Comparator.comparing(EndpointGroup::name))
                .toList();
        addReaches(sorted);
        sorted.forEach(group -> members.put(group, membersOf(group)));
    }

    @Override
    public synchronized void retain(Collection<EndpointGroup> groups) {
        members.keySet().retainAll(Set.copyOf(groups));
        Set<Endpoint> endpoints = new HashSet<>();
        Set<OwnKey> keys = new HashSet<>();
        for (EndpointGroup group : groups) {
            for (Endpoint endpoint : group.endpoints()) {
                endpoints.add(endpoint);
                keys.add(new OwnKey(group.name(), endpoint));
            }
        }
        client.retain(endpoints.stream()
                .map(Endpoint::trust)
                .flatMap(Optional::stream)
                .collect(Collectors.toUnmodifiableSet()));
        forgetOthers(reaches, endpoints);
        forgetOthers(owns, keys);
    }

    @Override
    public List<Member> members(EndpointGroup group) {
        List<Member> known = members.get(group);
        return known != null ? known : strangers(group);
    }

    // A list whose probes ask for an answer learns more from its own than from those that only connect.
    @Override
    public void doubt(String url) {
        Set<Level> doubtful = Collections.newSetFromMap(new IdentityHashMap<>());
        members.forEach((group, all) -> all.stream()
                .map(Member::health)
                .filter(MemberHealth.class::isInstance)
                .map(MemberHealth.class::cast)
                .filter(health -> health.url().equals(url))
                .forEach(health ->
                        doubtful.add(group.policy().probe().path().isPresent() ? health.own() : health.reach())));
        doubtful.forEach(Level::doubt);
    }

    /** Ends all probes, and begins no more. */
    @Override
    public synchronized void close() {
        closed = true;
        retain(List.of());
        client.close();
    }

    /** How much is kept. */
    synchronized int size() {
        return reaches.size() + owns.size() + members.size();
    }

    private void addReaches(List<EndpointGroup> sorted) {
        Map<Endpoint, List<FailoverPolicy>> policies = new HashMap<>();
        for (EndpointGroup group : sorted) {
            for (Endpoint endpoint : group.endpoints()) {
                policies.computeIfAbsent(endpoint, any -> new ArrayList<>()).add(group.policy());
            }
        }
        policies.forEach((endpoint, of) ->
                know(reaches, endpoint, endpoint, "all groups", of.get(0).suspension(), reachPlan(endpoint, of)));
    }

    // Who wants an answer looked at all the time has that in its own group.
    private Plan reachPlan(Endpoint endpoint, List<FailoverPolicy> policies) {
        Optional<Probe> always = policies.stream()
                .map(FailoverPolicy::probe)
                .filter(probe -> probe.always() && probe.path().isEmpty())
                .findFirst();
        Probe probe = always.orElse(policies.get(0).probe());
        return connecting(probe, always.isPresent(), endpoint, Optional.empty());
    }

    private List<Member> membersOf(EndpointGroup group) {
        FailoverPolicy policy = group.policy();
        boolean patient = policy.connectTimeout().compareTo(patience) >= 0;
        List<Member> found = new ArrayList<>();
        for (Endpoint endpoint : group.endpoints()) {
            OwnKey key = new OwnKey(group.name(), endpoint);
            String audience = "group " + group.name();
            Level own = know(owns, key, endpoint, audience, policy.suspension(), ownPlan(group, endpoint));
            Level reach = Objects.requireNonNull(reaches.get(endpoint)).level();
            found.add(new Member(
                    found.size() + 1, endpoint, new MemberHealth(own, reach, patient, holds, endpoint.toString())));
        }
        return List.copyOf(found);
    }

    private Plan ownPlan(EndpointGroup group, Endpoint endpoint) {
        Probe probe = group.policy().probe();
        return probe.path()
                .map(path -> new Plan(
                        probe,
                        probe.always(),
                        client.get(endpoint, path, group.credentials()),
                        told(endpoint, Optional.of(group.name()), Kind.GET)))
                .orElseGet(() -> connecting(probe, false, endpoint, Optional.of(group.name())));
    }

    private Plan connecting(Probe probe, boolean always, Endpoint endpoint, Optional<String> group) {
        return new Plan(probe, always, client.connect(endpoint), told(endpoint, group, Kind.CONNECT));
    }

    private Prober.Report told(Endpoint endpoint, Optional<String> group, Kind kind) {
        return (took, well) -> probes.probed(endpoint, group, kind, took, well);
    }

    private <K> Level know(
            Map<K, Watched> known, K key, Endpoint endpoint, String audience, Suspension terms, Plan plan) {
        Watched before = known.get(key);
        if (before != null) {
            before.level().follow(terms);
            before.prober().follow(plan);
            return before.level();
        }
        Level level = new Level(endpoint, audience, terms, listener, nanoTime, random);
        String url = endpoint.toString();
        BooleanSupplier left = () ->
                holds.on(url).map(Hold::kind).filter(Hold.Kind.DOWN::equals).isPresent();
        known.put(key, new Watched(level, new Prober(level, plan, left, scheduler, nanoTime, random)));
        return level;
    }

    private static <K> void forgetOthers(Map<K, Watched> known, Set<K> kept) {
        known.entrySet().removeIf(entry -> {
            boolean forgotten = !kept.contains(entry.getKey());
            if (forgotten) {
                entry.getValue().prober().dispose();
            }
            return forgotten;
        });
    }

    private List<Member> strangers(EndpointGroup group) {
        List<Member> found = new ArrayList<>();
        group.endpoints()
                .forEach(endpoint ->
                        found.add(new Member(found.size() + 1, endpoint, new Unknown(holds, endpoint.toString()))));
        return found;
    }
}
