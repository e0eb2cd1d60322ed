using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using Kata.Engine.Catalogue;

namespace Kata.Bench;

/// <summary><c>kata watch N --json</c>, as an editor would drive it.</summary>
internal sealed class KataWatch : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>A learner does not save again at once; hints are looked for meanwhile.</summary>
    private static readonly TimeSpan BetweenSaves = TimeSpan.FromMilliseconds(300);

    private readonly Process process;
    private readonly Task<string> errors;
    private readonly ConcurrentDictionary<string, TaskCompletionSource<Arrival>> verdicts = [];

    private readonly record struct Arrival(long Timestamp, string Verdict);

    private KataWatch(TemporaryClone clone, KataEntry kata)
    {
        process = Process.Start(clone.ToolStartInfo("watch", $"{kata.Number}", "--json"))!;
        errors = process.StandardError.ReadToEndAsync();
        new Thread(ReadVerdicts) { IsBackground = true, Name = "verdicts" }.Start();
    }

    /// <summary>The process of the tool.</summary>
    public Process Process => process;

    /// <summary>Starts it, and waits for the verdict on what is there.</summary>
    public static async Task<KataWatch> StartAsync(TemporaryClone clone, KataEntry kata, CancellationToken cancellation)
    {
        var present = HashOfFile(kata);
        var watch = new KataWatch(clone, kata);
        await watch.ArrivalOfAsync(present, cancellation);
        return watch;
    }

    /// <summary>Saves an edit.</summary>
    /// <returns>The milliseconds from the end of saving to the verdict on that content.</returns>
    /// <exception cref="BenchmarkException">The verdict is not the right one, or none came.</exception>
    public async Task<double> SaveAsync(Edit edit, CancellationToken cancellation)
    {
        await Task.Delay(BetweenSaves, cancellation);
        edit.Save();
        var saved = Stopwatch.GetTimestamp();
        var arrival = await ArrivalOfAsync(HashOfFile(edit.Kata), cancellation);
        return arrival.Verdict == edit.Verdict
            ? Stopwatch.GetElapsedTime(saved, arrival.Timestamp).TotalMilliseconds
            : throw new BenchmarkException($"kata {edit.Kata.Number}: the verdict is {arrival.Verdict} where it should be {edit.Verdict}, on this content:\n{edit.Text}");
    }

    /// <inheritdoc />
    public void Dispose()
    {
        // The end of its input ends the tool.
        process.StandardInput.Close();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
        }

        process.Dispose();
    }

    private static string HashOfFile(KataEntry kata) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(kata.AnswerFile)));

    private async Task<Arrival> ArrivalOfAsync(string hash, CancellationToken cancellation)
    {
        try
        {
            return await VerdictOn(hash).Task.WaitAsync(Patience, cancellation);
        }
        catch (TimeoutException)
        {
            throw new BenchmarkException($"kata watch gave no verdict on a save within {Patience.TotalSeconds} s. {(errors.IsCompleted ? errors.Result : "")}");
        }
    }

    private TaskCompletionSource<Arrival> VerdictOn(string hash) =>
        verdicts.GetOrAdd(hash, _ => new TaskCompletionSource<Arrival>(TaskCreationOptions.RunContinuationsAsynchronously));

    private void ReadVerdicts()
    {
        while (process.StandardOutput.ReadLine() is { } line)
        {
            var timestamp = Stopwatch.GetTimestamp();
            using var json = JsonDocument.Parse(line);
            var verdict = json.RootElement.GetProperty("verdict").GetString()!;

            // The second line on the same content has the hints.
            VerdictOn(json.RootElement.GetProperty("answer").GetString()!).TrySetResult(new Arrival(timestamp, verdict));
        }
    }
}
