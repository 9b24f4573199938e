import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.File;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;

/**
 * javac that stays: reads source texts from standard input and answers with class files, which it keeps in memory only.
 *
 * Arguments: the class path, and a program to compile first, which gets no answer. Every number is four bytes, the highest
 * first. A program that javac refuses, or that is more than it can take, gets the empty answer; the caller then asks a
 * javac of its own.
 */
final class JavaCompiler {
    private static final javax.tools.JavaCompiler JAVAC = ToolProvider.getSystemJavaCompiler();
    // Without annotation processors no code of a program, or of its class path, runs in here.
    private static final List<String> OPTIONS = List.of("-proc:none", "-nowarn");

    public static void main(String[] arguments) throws IOException {
        var in = new DataInputStream(new FileInputStream(FileDescriptor.in));
        var out = new FileOutputStream(FileDescriptor.out);
        // What it has looked up of the class path and of the platform is kept from program to program.
        try (var files = JAVAC.getStandardFileManager(message -> {}, null, StandardCharsets.UTF_8)) {
            files.setLocation(StandardLocation.CLASS_PATH, List.of(new File(arguments[0])));
            if (arguments.length > 1) {
                compiled(Files.readAllBytes(Path.of(arguments[1])), files);
            }
            while (true) {
                byte[] source;
                try {
                    source = in.readNBytes(in.readInt());
                } catch (EOFException end) {
                    return;
                }
                out.write(answer(compiled(source, files)));
            }
        }
    }

    private static Map<String, ByteArrayOutputStream> compiled(byte[] source, JavaFileManager files) {
        Map<String, ByteArrayOutputStream> written = new LinkedHashMap<>();
        try {
            var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(source)).toString();
            var out = new InMemory(files, written);
            var task = JAVAC.getTask(Writer.nullWriter(), out, message -> {}, OPTIONS, null, List.of(program(text)));
            return task.call() ? written : Map.of();
        } catch (Exception | StackOverflowError tooMuch) {
            return Map.of();
        }
    }

    private static JavaFileObject program(String text) {
        return new SimpleJavaFileObject(URI.create("string:///Problem.java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return text;
            }
        };
    }

    private static byte[] answer(Map<String, ByteArrayOutputStream> written) throws IOException {
        var body = new ByteArrayOutputStream();
        var data = new DataOutputStream(body);
        for (var entry : written.entrySet()) {
            var name = (entry.getKey().replace('.', '/') + ".class").getBytes(StandardCharsets.UTF_8);
            data.writeInt(name.length);
            data.write(name);
            data.writeInt(entry.getValue().size());
            entry.getValue().writeTo(data);
        }
        var whole = new ByteArrayOutputStream();
        var head = new DataOutputStream(whole);
        head.writeInt(body.size());
        body.writeTo(whole);
        return whole.toByteArray();
    }

    /** Files of the platform and the class path as they are; class files go into a map. */
    private static final class InMemory extends ForwardingJavaFileManager<JavaFileManager> {
        private final Map<String, ByteArrayOutputStream> written;

        InMemory(JavaFileManager files, Map<String, ByteArrayOutputStream> written) {
            super(files);
            this.written = written;
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                Location location, String className, JavaFileObject.Kind kind, FileObject sibling) {
            return new SimpleJavaFileObject(URI.create("memory:///" + className.replace('.', '/') + kind.extension), kind) {
                @Override
                public OutputStream openOutputStream() {
                    var bytes = new ByteArrayOutputStream();
                    written.put(className, bytes);
                    return bytes;
                }
            };
        }
    }
}
