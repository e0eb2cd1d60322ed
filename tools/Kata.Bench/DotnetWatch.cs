using System.Diagnostics;
using System.Threading.Channels;
using Kata.Engine.Catalogue;

namespace Kata.Bench;

/// <summary><c>dotnet watch test</c> on one kata. A run is over when it says that it waits for the next change.</summary>
internal sealed class DotnetWatch : IDisposable
{
    private const string EndOfRun = "Waiting for a file";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process process;
    private readonly Channel<long> ends = Channel.CreateUnbounded<long>();
    private volatile string lastLine = "";

    /// <summary>Starts it.</summary>
    public DotnetWatch(TemporaryClone clone, KataEntry kata)
    {
        process = Process.Start(clone.StartInfo(
            "dotnet", "watch", "--non-interactive", "--project", Path.Combine("tests", "Katas.Tests.csproj"), "test", $"--property:Kata={kata.Number}"))!;
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) => ends.Writer.TryComplete();
        process.OutputDataReceived += (_, received) => Take(received.Data);
        process.ErrorDataReceived += (_, received) => Take(received.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>The last line that it wrote.</summary>
    public string LastLine => lastLine;

    /// <summary>Forgets ends of runs that nobody waited for: one save may start two.</summary>
    public void ForgetEnds()
    {
        while (ends.Reader.TryRead(out _))
        {
        }
    }

    /// <summary>Waits for the end of a run.</summary>
    /// <returns>When it was; null when it does not come, or the program has ended.</returns>
    public async Task<long?> EndOfRunAsync(CancellationToken cancellation)
    {
        try
        {
            return await ends.Reader.ReadAsync(cancellation).AsTask().WaitAsync(Patience, cancellation);
        }
        catch (Exception exception) when (exception is TimeoutException or ChannelClosedException)
        {
            return null;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
        process.Dispose();
    }

    private void Take(string? line)
    {
        if (!string.IsNullOrWhiteSpace(line))
        {
            lastLine = line.Trim();
            if (line.Contains(EndOfRun, StringComparison.Ordinal))
            {
                ends.Writer.TryWrite(Stopwatch.GetTimestamp());
            }
        }
    }
}
