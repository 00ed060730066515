package dev.understudy.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** A port whose queue of waiting connections is full: whatever comes then is dropped. */
public final class BlackHole implements AutoCloseable {

    private final ServerSocket full = new ServerSocket();
    private final List<Socket> waiting = new ArrayList<>();

    public BlackHole() throws IOException {
        full.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
        for (int i = 0; i < 20; i++) {
            Socket socket = new Socket();
            waiting.add(socket);
            try {
                socket.connect(full.getLocalSocketAddress(), 100);
            } catch (IOException e) {
                return;
            }
        }
        throw new AssertionError("the queue does not fill up");
    }

    public int port() {
        return full.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        for (Socket socket : waiting) {
            socket.close();
        }
        full.close();
    }
}
