package dev.understudy.endpoint;

import dev.understudy.endpoint.FailoverPolicy.Capacity;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Bounds what one endpoint is asked at once, so that one that is slow holds no more than its share. With HTTP/1.1 a
 * request on its way is a connection in use. Safe for use by many threads; never blocks.
 */
public final class Places {

    /** One request's. */
    public final class Ticket {

        private final Runnable admitted;
        private volatile State state;

        private Ticket(State state, Runnable admitted) {
            this.state = state;
            this.admitted = admitted;
        }

        /** Whether it has a place now. */
        public boolean admitted() {
            return state == State.IN;
        }

        /** Whether it was turned away. */
        public boolean refused() {
            return state == State.REFUSED;
        }

        /** Gives the place back, or leaves the queue. More than once does nothing. @return whether it had a place */
        public boolean leave() {
            State was;
            Ticket next;
            synchronized (Places.this) {
                was = state;
                next = left(this);
            }
            if (next != null) {
                next.admitted.run();
            }
            return was == State.IN;
        }
    }

    private enum State {
        IN,
        WAITING,
        REFUSED,
        GONE
    }

    private final Capacity capacity;
    private final Deque<Ticket> queue = new ArrayDeque<>();
    private int in;

    public Places(Capacity capacity) {
        this.capacity = capacity;
    }

    /**
     * Asks for a place.
     *
     * @param admitted called once when there is one, possibly before this returns, by whoever made it free; never called
     *     for a ticket that is refused, or has left
     */
    public Ticket enter(Runnable admitted) {
        Ticket ticket;
        boolean atOnce;
        synchronized (this) {
            ticket = ticket(admitted);
            // Later it may have been let in from the queue, and told so.
            atOnce = ticket.admitted();
        }
        if (atOnce) {
            admitted.run();
        }
        return ticket;
    }

    private Ticket ticket(Runnable admitted) {
        if (in < Math.min(capacity.connections(), capacity.requests())) {
            in++;
            return new Ticket(State.IN, admitted);
        }
        if (queue.size() >= capacity.waiting() || in + queue.size() >= capacity.requests()) {
            return new Ticket(State.REFUSED, admitted);
        }
        Ticket waiting = new Ticket(State.WAITING, admitted);
        queue.add(waiting);
        return waiting;
    }

    private @Nullable Ticket left(Ticket ticket) {
        State was = ticket.state;
        ticket.state = State.GONE;
        if (was == State.WAITING) {
            queue.remove(ticket);
        }
        if (was != State.IN) {
            return null;
        }
        Ticket next = queue.poll();
        if (next == null) {
            in--;
        } else {
            next.state = State.IN;
        }
        return next;
    }
}
