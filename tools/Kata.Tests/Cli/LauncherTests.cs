using System.Diagnostics;
using System.Runtime.Versioning;
using Kata.Tests.Catalogue;

namespace Kata.Tests.Cli;

/// <summary>
/// The POSIX launcher, with a <c>dotnet</c> that only writes down how it was called: building the real tool takes
/// too long to be done again and again.
/// </summary>
[UnsupportedOSPlatform("windows")]
public sealed class LauncherTests : IDisposable
{
    private readonly SyntheticClone clone = new();
    private readonly string path;

    public LauncherTests()
    {
        File.Copy(Path.Combine(FindSource(), "kata"), Path.Combine(clone.Root, "kata"));
        clone.Write("tools/Kata.Cli/Program.cs", "");
        clone.Write("tools/Kata.Tests/Test.cs", "");
        clone.Write("Directory.Build.props", "");
        clone.Write("bin/dotnet", """
            #!/bin/sh
            case "$1" in
                --version) [ -z "${FAKE_TOO_OLD-}" ] && echo 10.0.100 || exit 1 ;;
                --list-sdks) echo "8.0.404 [/usr/share/dotnet/sdk]" ;;
                publish)
                    echo "$*" >> "$KATA_ROOT/publish.log"
                    case "$*" in *ReadyToRun*) [ -z "${FAKE_NO_READYTORUN-}" ] || exit 1 ;; esac
                    [ -z "${FAKE_BROKEN-}" ] || { echo "error: it does not build"; exit 1; }
                    while [ "$1" != --output ]; do shift; done
                    printf '#!/bin/sh\necho "kata $*"\nexit 7\n' > "$2/kata"
                    chmod +x "$2/kata"
                    ;;
            esac
            """);
        path = $"{Path.Combine(clone.Root, "bin")}:/usr/bin:/bin";
        MakeExecutable("kata");
        MakeExecutable("bin/dotnet");
    }

    private string[] Publishes =>
        File.Exists(Path.Combine(clone.Root, "publish.log")) ? File.ReadAllLines(Path.Combine(clone.Root, "publish.log")) : [];

    public void Dispose() => clone.Dispose();

    [Fact]
    public async Task It_builds_once_and_passes_arguments_and_exit_code_on()
    {
        (await RunAsync(["check", "a b", "*"])).Should().Be((7, "kata check a b *\n", "Building kata (once, about a minute) ...\n"));
        (await RunAsync(["list"])).Should().Be((7, "kata list\n", ""));

        Publishes.Should().ContainSingle().Which.Should().Contain("-p:PublishReadyToRun=true");
        Directory.GetFileSystemEntries(clone.Repository.State).Select(Path.GetFileName).Should().BeEquivalentTo("tool", "build.log");
    }

    [Theory]
    [InlineData("tools/Kata.Cli/Program.cs", 2)]
    [InlineData("Directory.Build.props", 2)]
    [InlineData("tools/Kata.Tests/Test.cs", 1)]
    public async Task It_builds_again_when_a_source_of_the_tool_is_newer(string file, int publishes)
    {
        await RunAsync([]);
        File.SetLastWriteTimeUtc(Path.Combine(clone.Root, file), DateTime.UtcNow.AddMinutes(1));
        await RunAsync([]);

        Publishes.Should().HaveCount(publishes);
    }

    [Fact]
    public async Task First_runs_at_the_same_time_build_once()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 6).Select(number => RunAsync([$"{number}"])));

        results.Select(result => result.Output).Should().Equal(Enumerable.Range(0, 6).Select(number => $"kata {number}\n"));
        Publishes.Should().ContainSingle();
    }

    [Fact]
    public async Task A_lock_whose_owner_has_died_holds_nobody_up()
    {
        using var owner = Process.Start(new ProcessStartInfo("true"))!;
        await owner.WaitForExitAsync();
        Directory.CreateDirectory(clone.Repository.State);
        File.CreateSymbolicLink(Path.Combine(clone.Repository.State, "build.lock"), $"{owner.Id}");

        (await RunAsync([])).ExitCode.Should().Be(7);
    }

    [Fact]
    public async Task Without_the_ahead_of_time_compiler_it_builds_all_the_same()
    {
        (await RunAsync(["list"], ("FAKE_NO_READYTORUN", "1"))).Output.Should().Be("kata list\n");
        Publishes.Should().HaveCount(2);
    }

    [Fact]
    public async Task A_build_that_fails_says_why_and_is_tried_again()
    {
        var (exitCode, _, error) = await RunAsync(["list"], ("FAKE_BROKEN", "1"));

        exitCode.Should().Be(2);
        error.Should().Contain("could not be built").And.Contain("error: it does not build");
        (await RunAsync(["list"])).Output.Should().Be("kata list\n");
    }

    [Fact]
    public async Task An_sdk_that_is_too_old_is_named()
    {
        (await RunAsync([], ("FAKE_TOO_OLD", "1"))).Should().Be((
            2, "", "kata needs the .NET SDK 10 (10.0.100 or newer); installed: 8.0.404. https://dotnet.microsoft.com/download\n"));
    }

    [Fact]
    public async Task A_missing_sdk_is_named()
    {
        File.Delete(Path.Combine(clone.Root, "bin", "dotnet"));
        foreach (var tool in new[] { "sh", "dirname", "find", "head" })
        {
            File.CreateSymbolicLink(Path.Combine(clone.Root, "bin", tool), $"/usr/bin/{tool}");
        }

        var (exitCode, _, error) = await RunAsync([], ("PATH", Path.Combine(clone.Root, "bin")));

        exitCode.Should().Be(2);
        error.Should().StartWith("kata needs the .NET SDK 10, and there is no dotnet on the PATH");
    }

    private static string FindSource() => Engine.Catalogue.Repository.Find(AppContext.BaseDirectory).Root;

    private void MakeExecutable(string file)
    {
        const UnixFileMode Executable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        File.SetUnixFileMode(Path.Combine(clone.Root, file), Executable);
    }

    private async Task<(int ExitCode, string Output, string Error)> RunAsync(
        string[] arguments, params (string Name, string Value)[] variables)
    {
        var start = new ProcessStartInfo(Path.Combine(clone.Root, "kata"), arguments)
        {
            WorkingDirectory = Path.GetTempPath(),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PATH"] = path;
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output, await error);
    }
}
