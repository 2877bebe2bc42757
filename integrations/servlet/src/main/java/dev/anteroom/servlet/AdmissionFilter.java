package dev.anteroom.servlet;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.Door;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/**
 * Gates the requests of a servlet application. A request over the limit is suspended (asynchronous processing of
 * Servlet 3.0 and later): it takes no thread while it waits, and its body stays unread. It is dispatched again when it
 * is admitted, and holds its slot until its response is complete, also if the application answers asynchronously.
 *
 * <pre>{@code
 * Door<HttpServletRequest> requests = gate.door(HttpServletRequest::getRemoteAddr);
 *
 * FilterRegistration.Dynamic filter = context.addFilter("admission", new AdmissionFilter(requests));
 * filter.setAsyncSupported(true);
 * filter.addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC), false, "/*");
 * }</pre>
 *
 * <p>Register the filter in front of the others, with asynchronous support and for the dispatcher types REQUEST and
 * ASYNC. Every filter and servlet that a suspended request passes must support it, too. Forwards, includes and error
 * pages belong to the request that caused them, and need no slot of their own.
 *
 * <p>A request that is not admitted gets the status 503 and {@code Retry-After}, or what {@link TurnedAway} writes. A
 * client that leaves while its request waits is noticed only if the container reports an error of the suspended
 * request. Most containers report none for HTTP/1.1, so bound the wait with the gate's {@code maxWait} or with a
 * deadline.
 */
public final class AdmissionFilter implements Filter {
    private final Door<? super HttpServletRequest> door;
    private final TurnedAway turnedAway;

    /** Name of the request attribute that marks a request that has entered; of this filter, as there may be several. */
    private final String attribute = AdmissionFilter.class.getName() + '@' + Integer.toHexString(hashCode());

    /**
     * Creates a filter that answers 503 to requests that are not admitted.
     *
     * @param door the way into the gate, which knows the source, the class and the deadline of a request
     */
    public AdmissionFilter(Door<? super HttpServletRequest> door) {
        this(door, TurnedAway.status(HttpServletResponse.SC_SERVICE_UNAVAILABLE));
    }

    /**
     * Creates a filter.
     *
     * @param door the way into the gate, which knows the source, the class and the deadline of a request
     * @param turnedAway answers requests that are not admitted
     */
    public AdmissionFilter(Door<? super HttpServletRequest> door, TurnedAway turnedAway) {
        this.door = Objects.requireNonNull(door, "door");
        this.turnedAway = Objects.requireNonNull(turnedAway, "turnedAway");
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (!(request instanceof HttpServletRequest http) || !(response instanceof HttpServletResponse answer)) {
            chain.doFilter(request, response);
        } else if (!(request.getAttribute(attribute) instanceof Passage passage)) {
            enter(http, answer, chain);
        } else if (passage.isWaitOver()) {
            serve(passage, http, answer, chain);
        } else {
            chain.doFilter(request, response); // a further dispatch of a request that is being served
        }
    }

    private void enter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        requireAsyncSupport(request);
        CompletableFuture<Admission> admission = door.acquireAsync(request, Runnable::run);
        Passage passage = new Passage(admission);
        request.setAttribute(attribute, passage);
        if (admission.isDone()) {
            serve(passage, request, response, chain);
        } else {
            suspend(passage, request, response);
        }
    }

    private static void requireAsyncSupport(HttpServletRequest request) throws ServletException {
        if (!request.isAsyncSupported()) {
            throw new ServletException(
                    "AdmissionFilter needs asynchronous support, for itself (setAsyncSupported(true),"
                            + " or <async-supported>) and for every filter in front of it");
        }
    }

    /** Serves a request whose wait is over, or tells it that it will not be served. */
    private void serve(Passage passage, HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        passage.begin();
        Admission slot = passage.slot();
        if (slot == null) {
            turnedAway.answer(request, response);
            return;
        }
        var observed = new ObservedRequest(request, passage);
        try {
            chain.doFilter(observed, response);
        } finally {
            if (!observed.isAsynchronous()) {
                slot.leave();
            }
        }
    }

    private static void suspend(Passage passage, HttpServletRequest request, HttpServletResponse response) {
        AsyncContext suspended;
        try {
            suspended = request.startAsync(request, response);
        } catch (RuntimeException e) {
            passage.leave();
            throw e;
        }
        suspended.setTimeout(0); // the gate bounds the wait
        suspended.addListener(passage);
        passage.whenWaitIsOver(suspended::dispatch);
    }
}
