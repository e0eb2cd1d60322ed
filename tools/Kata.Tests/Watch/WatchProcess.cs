using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Kata.Tests.Support;

namespace Kata.Tests.Watch;

/// <summary>The real <c>kata watch 55 --json</c> on a clone of its own.</summary>
internal sealed class WatchProcess : IDisposable
{
    private readonly Process process;

    public WatchProcess(CloneFixture clone)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", BuiltTool.Program, "watch", "55", "--json"])
        {
            WorkingDirectory = clone.Repository.Root,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment.Remove("KATA_ROOT");
        process = Process.Start(start)!;
    }

    public int Id => process.Id;

    public async Task<JsonNode> NextVerdictAsync() =>
        JsonNode.Parse((await process.StandardOutput.ReadLineAsync().WaitAsync(WatchedClone.Patience))!)!;

    /// <summary>The processes that it has started until now; none where the system does not tell.</summary>
    public IReadOnlyList<Process> Children() => OperatingSystem.IsLinux()
        ? [.. Directory.GetDirectories($"/proc/{process.Id}/task")
            .SelectMany(thread => File.ReadAllText(Path.Combine(thread, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(id => Process.GetProcessById(int.Parse(id, CultureInfo.InvariantCulture)))]
        : [];

    /// <summary>Ends it as <c>kill -9</c> does, and nothing else.</summary>
    public void KillAlone() => process.Kill();

    public void EndInput() => process.StandardInput.Close();

    public async Task<int> ExitCodeAsync()
    {
        await process.WaitForExitAsync().WaitAsync(WatchedClone.Patience);
        return process.ExitCode;
    }

    public void Dispose()
    {
        process.Kill(entireProcessTree: true);
        process.Dispose();
    }
}
