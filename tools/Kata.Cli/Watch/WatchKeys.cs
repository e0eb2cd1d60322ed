using System.Threading.Channels;
using Kata.Cli.Commands;
using Kata.Engine.Catalogue;

namespace Kata.Cli.Watch;

/// <summary>What the keys of the watch screen do.</summary>
/// <param name="session">The clone.</param>
/// <param name="watcher">Who follows.</param>
/// <param name="view">The screen.</param>
internal sealed class WatchKeys(Session session, Watcher watcher, ScreenWatchView view)
{
    /// <summary>Obeys keys until one of them ends the watch, or nobody types any more.</summary>
    public async Task RunAsync(ChannelReader<char> keys, CancellationToken stopping)
    {
        var isCovered = false;
        await foreach (var key in keys.ReadAllAsync(stopping))
        {
            if (isCovered)
            {
                isCovered = false;
                view.Uncover();
                continue;
            }

            switch (char.ToLowerInvariant(key))
            {
                case 'q':
                    return;
                case 'r':
                    watcher.Go(watcher.Current);
                    break;
                case 'n':
                    watcher.Go(Neighbour(1));
                    break;
                case 'p':
                    watcher.Go(Neighbour(-1));
                    break;
                case 'h':
                    view.Append(inner => HintCommand.Run(inner, watcher.Current, wanted: null));
                    break;
                case 'l':
                    view.Cover(inner => ListCommand.Run(inner, json: false));
                    isCovered = true;
                    break;
                case 'o':
                    view.Cover(inner => ShowCommand.Run(inner, watcher.Current));
                    isCovered = true;
                    break;
            }
        }
    }

    private KataEntry Neighbour(int step)
    {
        var katas = session.Catalogue.Katas;
        var here = katas.ToList().FindIndex(kata => kata.Number == watcher.Current.Number);
        return katas[Math.Clamp(here + step, 0, katas.Count - 1)];
    }
}
