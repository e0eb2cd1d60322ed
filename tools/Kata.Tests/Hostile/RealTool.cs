using System.Diagnostics;
using System.Text.Json.Nodes;
using Kata.Engine.Catalogue;
using Kata.Tests.Support;

namespace Kata.Tests.Hostile;

/// <summary>Starts the tool as a shell does, on a clone of its own.</summary>
/// <param name="clone">The clone.</param>
internal sealed class RealTool(Repository clone)
{
    /// <summary>Runs <c>kata check 55 --json</c> to its end.</summary>
    public Task<(JsonNode Verdict, string Errors)> CheckAsync() => RunAsync("dotnet", ["exec", BuiltTool.Program, "check", "55", "--json"]);

    /// <summary>The same where no file can grow beyond a size: a disk that is full behaves so, and nobody's disk has to be filled.</summary>
    public Task<(JsonNode Verdict, string Errors)> CheckOnFullDiskAsync(int kilobytes) =>
        RunAsync("sh", ["-c", $"trap '' XFSZ; ulimit -f {2 * kilobytes}; exec dotnet exec '{BuiltTool.Program}' check 55 --json"]);

    /// <summary>How a command is started in the clone.</summary>
    public ProcessStartInfo StartInfo(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = clone.Root,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("KATA_ROOT");

        // As the launcher does; otherwise the runtime itself needs a file that grows.
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        return start;
    }

    private async Task<(JsonNode Verdict, string Errors)> RunAsync(string program, string[] arguments)
    {
        using var process = Process.Start(StartInfo(program, arguments))!;
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        output.Should().NotBeEmpty("the tool answers; it said: {0}", await errors);
        return (JsonNode.Parse(output)!, await errors);
    }
}
