using System.Threading.Channels;
using Kata.Engine.Watch;

namespace Kata.Tests.Watch;

/// <summary>What is only told by looking, because the file system says nothing.</summary>
public sealed class SaveFollowerTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("saves-").FullName;
    private readonly Channel<string> told = Channel.CreateUnbounded<string>();

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Looking_tells_a_save_once()
    {
        var (first, second) = (Create("first/First.cs"), Create("second/Second.cs"));
        using var follower = Follow(Create("close/Close.cs"));

        await File.WriteAllTextAsync(first, "saved");
        (await NextAsync()).Should().Be(first);
        await File.WriteAllTextAsync(second, "saved");

        (await NextAsync()).Should().Be(second, "an old save that is told again would lead back to where the learner came from");
    }

    [Fact]
    public async Task A_close_look_tells_a_save_once()
    {
        var (close, other) = (Create("close/Close.cs"), Create("other/Other.cs"));
        using var follower = Follow(close);

        await File.WriteAllTextAsync(close, "saved");
        (await NextAsync()).Should().Be(close);
        await File.WriteAllTextAsync(other, "saved");

        (await NextAsync()).Should().Be(other);
    }

    [Fact]
    public async Task A_file_that_is_new_is_told()
    {
        using var follower = Follow(Create("close/Close.cs"));

        var created = Create("new/New.cs");

        (await NextAsync()).Should().Be(created);
    }

    [Fact]
    public async Task A_tree_that_goes_away_for_a_while_is_no_end()
    {
        var close = Create("tree/close/Close.cs");
        using var follower = Follow(close);

        Directory.Delete(Path.Combine(folder, "tree"), recursive: true);
        (await NextAsync()).Should().Be(close);
        Create("tree/close/Close.cs");

        (await NextAsync()).Should().Be(close);
    }

    private SaveFollower Follow(string close) =>
        new(folder, close, file => told.Writer.TryWrite(file), useEvents: false);

    private string Create(string path)
    {
        var file = Path.Combine(folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, "created");
        return file;
    }

    private async Task<string> NextAsync() => await told.Reader.ReadAsync().AsTask().WaitAsync(WatchedClone.Patience);
}
