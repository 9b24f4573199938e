using System;
using System.IO;
using System.Text;
using Mono.CSharp;

/// <summary>
/// mcs that stays: reads source texts from standard input and answers with programs. Every number is four bytes, the
/// highest first. A program that mcs refuses gets the empty answer; the caller then asks an mcs of its own.
/// </summary>
static class CSharpCompiler
{
    const string Source = "program.cs", Program = "program.exe";
    static readonly string[] Arguments = { "-d:DEBUG", "-r:System.Numerics.dll", "-out:" + Program, Source };

    static int Main()
    {
        var input = Console.OpenStandardInput();
        var output = Console.OpenStandardOutput();
        byte[] head;
        while ((head = Read(input, 4)) != null)
        {
            var source = Read(input, head[0] << 24 | head[1] << 16 | head[2] << 8 | head[3]);
            if (source == null)
                break;
            var body = new MemoryStream();
            var program = Compiled(source);
            if (program != null)
            {
                Write(body, Encoding.ASCII.GetBytes(Program));
                Write(body, program);
            }
            var answer = new MemoryStream();
            Write(answer, body.ToArray());
            answer.WriteTo(output);
            output.Flush();
        }
        return 0;
    }

    static byte[] Compiled(byte[] source)
    {
        try
        {
            File.Delete(Program);
            File.WriteAllBytes(Source, source);
            var isBuilt = CompilerCallableEntryPoint.InvokeCompiler(Arguments, TextWriter.Null);
            return isBuilt ? File.ReadAllBytes(Program) : null;
        }
        catch (Exception)
        {
            return null;
        }
    }

    static byte[] Read(Stream from, int size)
    {
        var bytes = new byte[size];
        for (int at = 0, got; at < size; at += got)
        {
            got = from.Read(bytes, at, size - at);
            if (got <= 0)
                return null;
        }
        return bytes;
    }

    static void Write(Stream to, byte[] bytes)
    {
        var n = bytes.Length;
        to.Write(new[] { (byte)(n >> 24), (byte)(n >> 16), (byte)(n >> 8), (byte)n }, 0, 4);
        to.Write(bytes, 0, n);
    }
}
