package dev.understudy.testkit;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A caller that sends exact bytes over one connection. */
public final class RawCaller implements AutoCloseable {

    private final Socket socket;
    private final InputStream in;

    public RawCaller(int port) throws IOException {
        this(new Socket("localhost", port));
    }

    private RawCaller(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(20_000);
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream());
    }

    /** Trusts whatever certificate it is shown. */
    public static RawCaller overTls(int port) throws IOException {
        return new RawCaller(TlsClient.connect(port));
    }

    /** @param from the address of the caller's end */
    public static RawCaller overTls(int port, InetAddress from) throws IOException {
        return new RawCaller(TlsClient.connect(port, from));
    }

    public RawCaller send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    public RawCaller send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return this;
    }

    public RawMessage read() throws IOException {
        return RawMessage.read(in, false).orElseThrow(() -> new IOException("closed without an answer"));
    }

    public InputStream in() {
        return in;
    }

    public Socket socket() {
        return socket;
    }

    /** Sends a request on a connection of its own, and reads the answer. */
    public static RawMessage call(int port, String request) throws IOException {
        try (RawCaller caller = new RawCaller(port)) {
            boolean head = request.startsWith("HEAD ");
            caller.send(request);
            return RawMessage.read(caller.in, head).orElseThrow(() -> new IOException("closed without an answer"));
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
