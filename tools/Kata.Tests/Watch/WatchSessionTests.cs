namespace Kata.Tests.Watch;

/// <summary>Every way of saving, on file systems with events and without. Nothing here waits for a time to pass.</summary>
public class WatchSessionTests
{
    [Theory, InlineData(true), InlineData(false)]
    public async Task A_save_is_checked(bool useEvents)
    {
        await using var watched = new WatchedClone(useEvents);
        (await watched.NextVerdictAsync()).Should().StartWith("72 namespace Kata072", "what is there at the start is checked first");

        WatchedClone.Save(watched.First, "one");
        await watched.UntilAsync("72 one");
        WatchedClone.Save(watched.First, "two");
        await watched.UntilAsync("72 two");
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task A_save_of_the_same_length_is_checked(bool useEvents)
    {
        await using var watched = new WatchedClone(useEvents);
        await watched.NextVerdictAsync();
        WatchedClone.Save(watched.First, "1");
        var written = File.GetLastWriteTimeUtc(watched.First.AnswerFile);
        await watched.UntilAsync("72 1");

        WatchedClone.Save(watched.First, "2");
        File.SetLastWriteTimeUtc(watched.First.AnswerFile, written);

        await watched.UntilAsync("72 2");
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task A_newer_save_ends_the_check_of_an_older_one(bool useEvents)
    {
        await using var watched = new WatchedClone(useEvents);
        await watched.NextVerdictAsync();
        WatchedClone.Save(watched.First, "hang");
        while (await watched.NextCheckAsync() != "hang")
        {
            // Checks of what was there before.
        }

        WatchedClone.Save(watched.First, "answer");

        (await watched.NextVerdictAsync()).Should().Be("72 answer", "nothing is said about what is out of date");
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Of_many_saves_during_a_hang_the_last_wins(bool useEvents)
    {
        await using var watched = new WatchedClone(useEvents);
        await watched.NextVerdictAsync();
        for (var save = 0; save < 20; save++)
        {
            WatchedClone.Save(watched.First, "hang");
            WatchedClone.Save(watched.First, $"save {save}");
        }

        await watched.UntilAsync("72 save 19");
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task An_editor_that_saves_by_renaming_is_followed(bool useEvents)
    {
        await using var watched = new WatchedClone(useEvents);
        await watched.NextVerdictAsync();
        foreach (var text in new[] { "one", "two" })
        {
            var temporary = watched.First.AnswerFile + ".tmp";
            File.WriteAllText(temporary, text);
            File.Move(temporary, watched.First.AnswerFile, overwrite: true);

            await watched.UntilAsync($"72 {text}");
        }
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task An_editor_that_moves_the_old_file_away_first_is_followed(bool useEvents)
    {
        await using var watched = new WatchedClone(useEvents);
        await watched.NextVerdictAsync();

        File.Move(watched.First.AnswerFile, watched.First.AnswerFile + "~");
        WatchedClone.Save(watched.First, "new");

        await watched.UntilAsync("72 new");
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task An_editor_that_saves_in_two_writes_is_followed(bool useEvents)
    {
        await using var watched = new WatchedClone(useEvents);
        await watched.NextVerdictAsync();
        await using (var file = new FileStream(watched.First.AnswerFile, FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete))
        {
            await file.WriteAsync("first, "u8.ToArray());
            await file.FlushAsync();
            await watched.UntilAsync("72 first, ");
            await file.WriteAsync("second"u8.ToArray());
        }

        await watched.UntilAsync("72 first, second");
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task A_file_that_is_deleted_says_so_and_may_come_back(bool useEvents)
    {
        await using var watched = new WatchedClone(useEvents);
        await watched.NextVerdictAsync();

        File.Delete(watched.First.AnswerFile);
        await watched.UntilAsync("72 no text");
        WatchedClone.Save(watched.First, "back");

        await watched.UntilAsync("72 back");
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task A_folder_that_goes_and_comes_back_is_followed(bool useEvents)
    {
        await using var watched = new WatchedClone(useEvents);
        await watched.NextVerdictAsync();
        var folder = Path.GetDirectoryName(watched.First.AnswerFile)!;

        Directory.Delete(folder, recursive: true);
        await watched.UntilAsync("72 no text");
        Directory.CreateDirectory(folder);
        WatchedClone.Save(watched.First, "back");

        await watched.UntilAsync("72 back");
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task A_save_of_another_answer_leads_there(bool useEvents)
    {
        await using var watched = new WatchedClone(useEvents);
        await watched.NextVerdictAsync();

        WatchedClone.Save(watched.Other, "other");
        await watched.UntilAsync("55 other");
        WatchedClone.Save(watched.Other, "other again");
        await watched.UntilAsync("55 other again");
        WatchedClone.Save(watched.First, "first");

        await watched.UntilAsync("72 first");
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Files_that_are_no_answer_lead_nowhere(bool useEvents)
    {
        await using var watched = new WatchedClone(useEvents);
        await watched.NextVerdictAsync();

        File.WriteAllText(Path.Combine(Path.GetDirectoryName(watched.Other.AnswerFile)!, "Scratch.cs"), "scratch");
        WatchedClone.Save(watched.First, "first");

        (await watched.NextVerdictAsync()).Should().Be("72 first");
    }

    [Fact]
    public async Task Unchanged_content_is_checked_again_only_when_that_is_asked_for()
    {
        await using var watched = new WatchedClone(useEvents: true);
        WatchedClone.Save(watched.First, "same");
        await watched.UntilAsync("72 same");
        while (watched.ChecksBegun > 0)
        {
            await watched.NextCheckAsync();
        }

        WatchedClone.Save(watched.First, "same");
        watched.Session.Check(watched.First);

        await watched.UntilAsync("72 same");
        watched.ChecksBegun.Should().Be(1);
    }

    [Fact]
    public async Task Asking_for_another_kata_ends_the_check_under_way()
    {
        await using var watched = new WatchedClone(useEvents: true);
        await watched.NextVerdictAsync();
        WatchedClone.Save(watched.Other, "other");
        await watched.UntilAsync("55 other");
        WatchedClone.Save(watched.Other, "hang");
        while (await watched.NextCheckAsync() != "hang")
        {
            // Checks of what was there before.
        }

        watched.Session.Check(watched.First);

        (await watched.NextVerdictAsync()).Should().StartWith("72 namespace Kata072");
    }

    [Fact]
    public async Task A_check_that_cannot_be_done_does_not_end_the_watching()
    {
        await using var watched = new WatchedClone(useEvents: true);
        await watched.NextVerdictAsync();

        WatchedClone.Save(watched.First, "impossible");
        (await watched.NextFailureAsync()).Should().Be("no tests");
        WatchedClone.Save(watched.First, "possible");

        await watched.UntilAsync("72 possible");
    }
}
