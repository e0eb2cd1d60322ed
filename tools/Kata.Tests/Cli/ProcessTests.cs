using System.Diagnostics;
using Kata.Tests.Catalogue;

namespace Kata.Tests.Cli;

/// <summary>The program as a shell starts it.</summary>
public sealed class ProcessTests : IDisposable
{
    private readonly SyntheticClone clone = SyntheticClone.WithThreeKatas();

    public void Dispose() => clone.Dispose();

    [Fact]
    public async Task What_goes_to_a_pipe_is_plain_text()
    {
        var (exitCode, output, error) = await RunAsync(AppContext.BaseDirectory, ["list"]);

        output.Should().Contain("  055  ○ not started  ○○    ★★☆  Why scale the scores\n").And.NotContain("\u001b");
        error.Should().BeEmpty();
        exitCode.Should().Be(0);
    }

    [Fact]
    public async Task Misuse_goes_to_the_error_stream()
    {
        var (exitCode, output, error) = await RunAsync(AppContext.BaseDirectory, ["check", "720"]);

        output.Should().BeEmpty();
        error.Should().Be("no kata 720; did you mean 072 einsum-attention?\n");
        exitCode.Should().Be(2);
    }

    [Fact]
    public async Task Nobody_is_asked_where_nobody_can_answer()
    {
        var (exitCode, _, error) = await RunAsync(AppContext.BaseDirectory, ["solution", "72"]);

        error.Should().Contain("kata solution 72 --yes");
        exitCode.Should().Be(2);
    }

    /// <summary>It is proved by taking the compiler away: what is not there cannot be loaded.</summary>
    [Fact]
    public async Task Listing_does_not_load_the_compiler()
    {
        var tool = Directory.CreateDirectory(Path.Combine(clone.Root, "tool")).FullName;
        foreach (var file in Directory.GetFiles(AppContext.BaseDirectory, "*.dll").Append(Path.Combine(AppContext.BaseDirectory, "kata.runtimeconfig.json")))
        {
            if (!Path.GetFileName(file).StartsWith("Microsoft.CodeAnalysis", StringComparison.Ordinal))
            {
                File.Copy(file, Path.Combine(tool, Path.GetFileName(file)));
            }
        }

        var (exitCode, output, error) = await RunAsync(tool, ["list"]);

        error.Should().BeEmpty();
        output.Should().Contain("0 of 3 katas passing.");
        exitCode.Should().Be(0);
    }

    [Fact]
    public async Task A_launcher_without_find_hears_that_the_tool_is_older_than_its_sources()
    {
        var stamp = Path.Combine(clone.Root, "stamp");
        clone.Write("tools/Kata.Cli/Program.cs", "");
        clone.Write("tools/Kata.Tests/Test.cs", "");
        clone.Write("stamp", "");
        File.SetLastWriteTimeUtc(stamp, DateTime.UtcNow.AddHours(1));
        File.SetLastWriteTimeUtc(Path.Combine(clone.Root, "tools/Kata.Tests/Test.cs"), DateTime.UtcNow.AddHours(2));
        (string, string)[] variables = [("KATA_ROOT", clone.Root), ("KATA_STAMP", stamp)];

        (await RunAsync(AppContext.BaseDirectory, ["list"], variables)).ExitCode.Should().Be(0, "tests of the tool are no part of it");

        File.SetLastWriteTimeUtc(Path.Combine(clone.Root, "tools/Kata.Cli/Program.cs"), DateTime.UtcNow.AddHours(2));
        (await RunAsync(AppContext.BaseDirectory, ["list"], variables)).ExitCode.Should().Be(85);
    }

    private async Task<(int ExitCode, string Output, string Error)> RunAsync(
        string tool, string[] arguments, params (string Name, string Value)[] variables)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", Path.Combine(tool, "kata.dll"), .. arguments])
        {
            WorkingDirectory = clone.Root,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("KATA_ROOT");
        start.Environment["LC_ALL"] = "en_US.UTF-8";
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output.ReplaceLineEndings("\n"), (await error).ReplaceLineEndings("\n"));
    }
}
