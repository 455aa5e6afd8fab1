# The dialect `grouped` (section 3).

%%{
    machine grouped;

    length_high  = "";      # s = 1: what stands before the last byte of NAME_N and SURNAME_N
    key          = "";      # k = 0
    batch_agency = any;     # a = batch: what stands for AGENCY in front of the bets of a batch
    winners_high = "";      # w = 1: what stands before the last byte of N_WINNERS
    receipt      = 0x02;    # r

    include frames "frames.rl";
}%%
